// In: a walk that came to its end. Out: what the page does where something is wrong, late or gone: an address, a script, the server.
import assert from 'node:assert/strict';

/** An address that cannot be read is no view, and harms none; the way back leads to where one was. */
export async function addresses({ page, visit, look, base, steps }) {
  for (const hash of ['#/%E0%A4%A', '#/%', '#/nowhere?q=%ff']) {
    await page.goto('about:blank');
    await page.goto(base + hash);
    await page.getByRole('heading', { level: 1, name: 'There is no such view' }).waitFor();
  }
  await look('no-view');
  await visit('#/schema');
  const link = page.getByRole('table').last().getByRole('link').last();
  await link.waitFor();
  const screen = page.viewportSize();
  await page.setViewportSize({ width: screen.width, height: 480 });
  // The place is what it is when the link is followed: a click may scroll.
  await link.evaluate((one) => one.addEventListener('click', () => (window.leftAt = scrollY)));
  await link.click();
  await page.getByRole('heading', { level: 1, name: 'Query' }).waitFor();
  await page.goBack();
  await link.waitFor();
  assert.ok((await page.evaluate(() => window.leftAt)) > 0, 'the link is below the fold');
  await page.waitForFunction(() => Math.abs(scrollY - Math.min(window.leftAt, document.documentElement.scrollHeight - innerHeight)) < 2);
  await page.setViewportSize(screen);
  steps.push('addresses');
}

/** Rows come before the editor does, and what is in them is called by its name. */
export async function early({ page, base, steps }) {
  let open = () => {};
  const opened = new Promise((done) => (open = done));
  await page.route('**/editor.js', async (route) => {
    await opened;
    await route.continue();
  });
  await page.goto('about:blank');
  await page.goto(`${base}#/query`);
  const cells = page.getByTestId('rows').locator('tbody td a');
  await cells.first().waitFor();
  assert.equal(await page.locator('.cm-editor').count(), 0, 'the editor is not there yet');
  await page.getByRole('button', { name: 'Run' }).click();
  open();
  await page.getByRole('textbox', { name: 'SPARQL query' }).waitFor();
  await page.unroute('**/editor.js');
  await cells.first().waitFor();
  assert.doesNotMatch((await cells.allInnerTexts()).join(' '), /^\w+:\w/, 'names, and not IRIs');
  steps.push('rows before the editor');
}

/** A server that is down is not taken for a graph that does not know; what is not there still is told. */
export async function away({ page, visit, look, base, faults, steps }) {
  const { largest } = await (await fetch(`${base}start`)).json();
  await page.route('**/entity?**', (route) => route.abort());
  await visit(`#/entity?iri=${encodeURIComponent(largest[0].iri)}`);
  await page.locator('main').getByText('The server does not answer.').waitFor();
  assert.equal(await page.getByText('Not in the graph').count(), 0, 'it is not said to be missing');
  await page.unroute('**/entity?**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: largest[0].name }).waitFor();
  await visit('#/entity?iri=urn:kgloom:person:Nobody_At_All');
  await page.getByRole('heading', { level: 1, name: 'Not in the graph' }).waitFor();
  // The console tells of each; these were meant.
  faults.splice(0, faults.length, ...faults.filter((fault) => !/ERR_FAILED|404/.test(fault)));
  await look('not-in-the-graph');
  steps.push('away');
}
