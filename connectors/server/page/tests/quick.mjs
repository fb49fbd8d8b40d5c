// In: KGLOOM_URL, a server with a large graph (`KGLOOM_CROWD=100000` makes the mock large). Out: exit code 0 if no view keeps the
// browser's script busy for longer than KGLOOM_MOST milliseconds; else which do.
import { launch, open } from './browser.mjs';

const base = (process.env.KGLOOM_URL ?? 'http://127.0.0.1:7878/').replace(/\/?$/, '/');
const most = Number(process.env.KGLOOM_MOST ?? 200);

const browser = await launch();
const { context, page, faults } = await open(browser, base, { width: 1280, height: 900, scheme: 'light' });
page.setDefaultTimeout(120000);
const session = await context.newCDPSession(page);
// Time that the browser's thread worked, whatever else the machine does.
await session.send('Performance.enable', { timeDomain: 'threadTicks' });

const { largest } = await (await fetch(`${base}start`)).json();
const hub = largest.reduce((one, other) => (other.facts > one.facts ? other : one));
const large = `#/entity?iri=${encodeURIComponent(hub.iri)}`;

/** Each view, what shows that it is there, and what is done in it then. */
const views = [
  ['home', '#/', '[data-testid=found-entity]'],
  ['find', '#/find?q=Worker', '[data-testid=found] a'],
  ['search', '#/search?q=who+works&explain=1', '[data-testid=score-parts]'],
  [`entity with ${hub.facts} facts`, large, '[data-testid=fact]'],
  ['its drawing', large, '[data-testid=drawing] canvas'],
  ['its next facts', large, '[data-testid=fact]', async () => {
    for (let press = 0; press < 3; press++) {
      const before = await page.getByTestId('fact').count();
      await page.getByTestId('facts').getByRole('button', { name: /^Show \d+ more/ }).last().click();
      await page.waitForFunction((was) => document.querySelectorAll('[data-testid=fact]').length > was, before);
    }
  }],
  ['drawing of a query', `#/query?run=1&q=${encodeURIComponent('SELECT ?head ?tail WHERE { ?head wdt:P108 ?tail . } LIMIT 2000')}`, '[data-testid=rows] tbody tr', async () => {
    await page.getByRole('tab', { name: 'Drawing' }).click();
    await page.locator('[data-testid=drawing] canvas').first().waitFor({ state: 'attached' });
  }],
  ['documents', '#/documents', '[data-testid=documents] li'],
  ['documents by a part of the id', '#/documents?has=9997', '[data-testid=documents] li'],
  ['schema', '#/schema', 'tbody tr'],
  ['live', '#/live', '[data-testid=rejections] li'],
];

const spent = async () => {
  const { metrics } = await session.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value * 1000]));
};

let slow = 0;
for (const [name, hash, seen, act] of views) {
  await page.goto('about:blank');
  await page.goto(base + hash);
  await page.locator(seen).first().waitFor({ state: 'attached' });
  await page.waitForTimeout(1500);
  // What is counted begins with the page, or with what is done in it.
  const before = act ? await spent() : { ScriptDuration: 0, LayoutDuration: 0, RecalcStyleDuration: 0 };
  if (act) {
    await act();
    await page.waitForTimeout(1500);
  }
  const after = await spent();
  const took = (of) => Math.round(after[of] - before[of]);
  const script = took('ScriptDuration');
  const ok = script <= most;
  slow += ok ? 0 : 1;
  console.log(`${ok ? 'ok   ' : 'SLOW '} ${name}: ${script} ms of script, ${took('LayoutDuration') + took('RecalcStyleDuration')} ms of layout`);
}
faults.forEach((fault) => console.log(fault));
await browser.close();
process.exit(slow || faults.length ? 1 : 0);
