// In: KGLOOM_URL, KGLOOM_TOKEN (for writes), KGLOOM_SHOTS (a folder for pictures), and what is looked for there. Out: exit code 0 if the page does what
// it should, in a walk through all views at each width; else what it does not.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { inspect, launch, open } from './browser.mjs';
import { different, retype, same } from './corrections.mjs';
import { addresses, away, early } from './faults.mjs';
import { beside, large, live, meaning, pages, progress } from './lists.mjs';

const base = (process.env.KGLOOM_URL ?? 'http://127.0.0.1:7878/').replace(/\/?$/, '/');
const token = process.env.KGLOOM_TOKEN ?? '';
const shots = process.env.KGLOOM_SHOTS ?? '';
const wanted = process.env.KGLOOM_SEARCH ?? 'Lumenta';
const query = process.env.KGLOOM_QUERY ?? 'SELECT ?head ?tail WHERE { ?head wdt:P112 ?tail . }';
const other = process.env.KGLOOM_OTHER ?? 'Vantage Software';
const description = process.env.KGLOOM_DESCRIPTION ?? 'who founded an organization in Brennholt';
const text = process.env.KGLOOM_TEXT ?? `Ada Quillon works for ${wanted}. Ada Quillon was born in Brennholt.`;

if (shots) mkdirSync(shots, { recursive: true });

const screens = [
  { name: '1280-light', width: 1280, height: 900, scheme: 'light' },
  { name: '1280-dark', width: 1280, height: 900, scheme: 'dark' },
  { name: '390', width: 390, height: 844, scheme: 'light' },
  { name: '390-dark', width: 390, height: 844, scheme: 'dark', asked: true },
  { name: '1600', width: 1600, height: 1000, scheme: 'light', asked: true },
];

const browser = await launch();
let failed = 0;
// The last ones are walked through where they are asked for.
for (const screen of screens.filter((one) => (process.env.KGLOOM_SCREEN ? one.name === process.env.KGLOOM_SCREEN : !one.asked))) {
  const { context, page, faults } = await open(browser, base, screen);
  const walk = new Walk(page, faults, screen);
  try {
    await walk.all();
    assert.deepEqual(faults, []);
    console.log(`ok    ${screen.name}: ${walk.steps.join(', ')}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILS ${screen.name}, after ${walk.steps.join(', ')}\n${error.stack}\n${faults.join('\n')}`);
    if (shots) await page.screenshot({ path: `${shots}/${screen.name}-failed.png` }).catch(() => undefined);
  }
  await context.close();
}
await browser.close();
process.exit(failed ? 1 : 0);

function Walk(page, faults, screen) {
  const steps = [];
  this.steps = steps;

  /** A view is looked at, photographed, and nothing may have gone wrong so far. */
  const look = async (name) => {
    await page.waitForTimeout(300);
    if (shots) await page.screenshot({ path: `${shots}/${screen.name}-${name}.png` });
    // From the top: what has just gone under the header is no target.
    await page.evaluate(() => scrollTo(0, 0));
    assert.deepEqual(await inspect(page), [], `axe in ${name}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 1, `${name} is ${wide} pixels too wide`);
    assert.deepEqual(faults, [], `faults in ${name}`);
    steps.push(name);
  };
  const visit = async (hash) => {
    await page.evaluate((to) => (location.hash = to), hash);
  };
  const main = () => page.locator('main');

  this.all = async () => {
    await page.goto(token ? `${base}#token=${encodeURIComponent(token)}` : base);
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.ok(!page.url().includes('token='), 'the token is out of the address');
    await main().getByTestId('found-entity').first().waitFor();
    await look('home');
    await this.search();
    await this.entity();
    const walked = { page, main, look, visit, steps, faults, base, token, wanted, other, description, screen, hash: new URL(page.url()).hash };
    if (token) await this.wrong();
    if (process.env.KGLOOM_BESIDE) await beside(walked);
    if (token) await retype(walked);
    if (token) await same(walked);
    if (token) await different(walked);
    await large(walked);
    await meaning(walked);
    await pages(walked);
    if (token) await live(walked);
    await progress(walked);
    await this.query();
    if (token) await this.document();
    await this.rest();
    await this.hostile();
    await addresses(walked);
    await early(walked);
    await away(walked);
  };

  this.search = async () => {
    const box = main().getByRole('combobox', { name: 'A name or a question' });
    await box.fill(wanted.slice(0, 5));
    await page.getByRole('option').filter({ hasText: wanted }).first().waitFor();
    await look('suggestions');
    await box.fill(wanted);
    await box.press('Enter');
    await page.getByTestId('found').getByRole('link').first().waitFor();
    await look('found');
    await page.getByTestId('found').getByRole('link').first().click();
    await page.getByRole('heading', { level: 1, name: wanted }).waitFor();
  };

  this.entity = async () => {
    await page.getByTestId('fact').first().waitFor();
    await page.locator('[data-testid=drawing] canvas').first().waitFor({ state: 'attached' });
    await page.waitForTimeout(700);
    const [told, follow] = (await page.getByTestId('fact-count').innerText()).match(/\d+/g).map(Number);
    const { facts } = (await (await fetch(`${base}find?text=${encodeURIComponent(wanted)}`)).json()).found[0];
    assert.equal(told - (follow ?? 0), facts, 'as many are stated as the list said');
    await look('entity');
    if (shots) await page.screenshot({ path: `${shots}/${screen.name}-entity-full.png`, fullPage: true });
    const stated = page.getByTestId('fact').filter({ has: page.getByText(/document/) });
    await stated.first().getByRole('button', { name: /^Why\?/ }).click();
    await page.getByTestId('explanation').locator('mark').first().waitFor();
    assert.ok((await page.getByTestId('explanation').locator('mark').first().innerText()).length > 1, 'a mention is marked');
    await look('why');
    const list = page.getByTestId('picture-list');
    await list.locator('summary').click();
    const before = Number(await page.getByTestId('drawing').getAttribute('data-nodes'));
    const first = list.getByRole('button', { name: /^Expand/ }).first();
    this.expanded = await first.getAttribute('aria-label');
    await first.click();
    await page.waitForFunction((was) => Number(document.querySelector('[data-testid=drawing]').dataset.nodes) >= was, before);
    await list.locator('summary').click();
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save PNG' }).click()]);
    assert.match(saved.suggestedFilename(), /\.png$/);
    const [graphml] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save GraphML' }).click()]);
    assert.match(graphml.suggestedFilename(), /\.graphml$/);
  };

  this.wrong = async () => {
    const stated = page.getByTestId('fact').filter({ has: page.getByText(/document/) });
    const button = stated.first().getByRole('button', { name: /^Wrong:/ });
    const label = await button.getAttribute('aria-label');
    await button.press('Enter');
    await page.getByTestId('notice').getByText('Noted as wrong').waitFor();
    const gone = page.getByRole('button', { name: label, exact: true });
    await gone.waitFor({ state: 'detached' });
    const place = () => page.evaluate(() => document.activeElement.tagName);
    assert.match(await place(), /^H\d$/, 'the keyboard rests before what is gone, and not on the next button');
    await look('wrong-and-gone');
    // The drawing has begun again: it is as wide as it was, and what was brought by a click can be brought again.
    const list = page.getByTestId('picture-list');
    await list.locator('summary').click();
    await list.getByRole('button', { name: this.expanded, exact: true }).waitFor();
    await list.locator('summary').click();
    await visit('#/corrections');
    await page.getByTestId('corrections').getByRole('listitem').first().waitFor();
    await look('corrections');
    await page.goBack();
    await page.getByTestId('notice').getByRole('button', { name: 'Take back' }).press('Enter');
    await gone.waitFor();
    assert.equal(await place(), 'MAIN', 'and not on what comes in the place of a message');
    steps.push('taken back');
  };

  this.query = async () => {
    await visit('#/query');
    const editor = page.getByRole('textbox', { name: 'SPARQL query' });
    await editor.waitFor();
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(query);
    await page.keyboard.press('Control+Enter');
    await page.getByTestId('rows').locator('tbody tr').first().waitFor();
    await look('query');
    const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save CSV' }).click()]);
    assert.match(csv.suggestedFilename(), /\.csv$/);
    await page.getByRole('tab', { name: 'Drawing' }).click();
    await page.locator('[data-testid=drawing] canvas').first().waitFor({ state: 'attached' });
    await page.waitForTimeout(700);
    await look('drawing');
    const before = Number(await page.getByTestId('drawing').getAttribute('data-nodes'));
    assert.ok(before > 1, 'rows are drawn');
    await clickNode();
    const grew = (patience) => page.waitForFunction((was) => Number(document.querySelector('[data-testid=drawing]').dataset.nodes) > was, before, { timeout: patience });
    await grew(4000).catch(async () => {
      // All around that one was drawn already: another one by the list.
      await page.getByTestId('picture-list').locator('summary').click();
      await page.getByTestId('picture-list').getByRole('button', { name: /^Expand/ }).last().click();
      await grew(20000);
      await page.getByTestId('picture-list').locator('summary').click();
    });
    await page.waitForTimeout(600);
    await look('expanded');
    // An error stands where it is.
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('SELECT ?a WHERE {\n  ?a ?b ?c');
    faults.length = 0;
    await page.keyboard.press('Control+Enter');
    await page.locator('.cm-lintRange-error, .cm-lintPoint-error').first().waitFor({ state: 'attached' });
    await page.getByRole('alert').first().waitFor();
    assert.equal((await main().innerText()).match(/\bline \d+, column \d/gi)?.length, 1, 'where it is wrong is told once');
    // Chromium tells each 400 as an error of the console; that one is meant.
    const meant = faults.findIndex((fault) => fault.includes('400'));
    if (meant >= 0) faults.splice(meant, 1);
    await look('query-error');
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('SELECT ?a { ?a wdt:', { delay: 30 });
    await page.locator('.cm-tooltip-autocomplete li').first().waitFor();
    await look('completion');
  };

  /** Over a node the cursor is a hand. */
  const clickNode = async () => {
    const frame = page.getByTestId('canvas');
    await frame.scrollIntoViewIfNeeded();
    const area = await frame.boundingBox();
    for (let y = 24; y < area.height - 12; y += 9) {
      for (let x = 24; x < area.width - 60; x += 9) {
        await page.mouse.move(area.x + x, area.y + y);
        if (await page.evaluate(() => [...document.querySelectorAll('[data-testid=canvas], [data-testid=canvas] *')].some((one) => one.style.cursor === 'pointer'))) {
          await page.mouse.click(area.x + x, area.y + y);
          return;
        }
      }
    }
    assert.fail('no node was found under the mouse');
  };

  this.document = async () => {
    const id = `page-test/${screen.name}.txt`;
    await visit('#/documents');
    await page.getByTestId('documents').getByRole('listitem').first().waitFor();
    await look('documents');
    await page.getByRole('button', { name: 'New document' }).click();
    const form = page.getByTestId('compose');
    await form.getByLabel(/^Id/).fill(id);
    await form.getByLabel('Text').fill(text);
    await form.getByRole('button', { name: 'Put' }).click();
    await page.getByRole('heading', { level: 1, name: id }).waitFor();
    await page.getByTestId('document-facts').getByRole('listitem').first().waitFor();
    assert.ok((await page.getByTestId('text').getByRole('link').count()) > 0, 'mentions are links');
    await look('document');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByTestId('notice').getByText('is deleted').waitFor();
    steps.push('deleted');
  };

  this.rest = async () => {
    await visit(`#/ask?q=${encodeURIComponent(`Who founded ${wanted}?`)}`);
    await page.getByTestId('answer').waitFor();
    await page.getByTestId('explanation').locator('mark').first().waitFor();
    await page.waitForFunction((name) => document.title === `Who founded ${name}? · kgloom`, wanted);
    await look('ask');
    await visit(`#/ask?q=${encodeURIComponent('Why is the moon so quiet tonight?')}`);
    await page.getByText('It is not known.').first().waitFor();
    assert.doesNotMatch(await page.getByTestId('answer').innerText(), /I do not know:/, 'and that is told once');
    await look('not-known');
    await visit('#/schema');
    await main().getByRole('table').nth(1).waitFor();
    await look('schema');
    await visit('#/live');
    await page.getByText('listening').waitFor();
    await look('live');
    await page.getByRole('button', { name: /^Token for writing/ }).click();
    await page.getByRole('dialog').waitFor();
    await look('token');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };

  /** A name that is markup stays a name. */
  this.hostile = async () => {
    await visit(`#/find?q=${encodeURIComponent('<script>alert(1)</script>')}`);
    await page.getByRole('heading', { level: 1 }).filter({ hasText: '<script>' }).waitFor();
    await page.waitForTimeout(500);
    const hit = page.getByTestId('found').getByRole('link').first();
    if ((await hit.count()) && (await hit.innerText()).includes('<script>')) {
      await hit.click();
      await page.getByTestId('fact').first().waitFor();
      await page.waitForTimeout(500);
    }
    await look('hostile');
  };
}
