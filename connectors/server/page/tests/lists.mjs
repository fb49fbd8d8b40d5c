// In: a walk that stands before a server. Out: the walk through what is long, ranked or on the move: search by meaning, documents in
// pages, large entities, the live view, a server that still loads.
import assert from 'node:assert/strict';

/** What is told beside the graph, on a thing and on a document. */
export async function beside({ page, visit, look, hash }) {
  await visit(hash);
  await page.getByTestId('told-classes').getByRole('listitem').first().waitFor();
  const matched = page.getByTestId('matched');
  await matched.getByText('exact').waitFor();
  await matched.getByText('because').first().click();
  await look('beside');
  const rows = matched.getByRole('listitem').filter({ hasText: 'firms.csv' });
  await rows.getByRole('button', { name: /^Wrong: / }).click();
  await rows.waitFor({ state: 'detached' });
  await page.getByTestId('notice').getByRole('button', { name: 'Take back' }).click();
  await rows.waitFor();
  await visit('#/documents?begins=works/');
  await page.getByTestId('documents').getByText('unusual').first().waitFor();
  await page.getByTestId('documents').getByRole('link').first().click();
  await page.getByTestId('odd').waitFor();
  await look('odd');
}

/** Of the largest entity some facts of each relation are shown, and more on demand. */
export async function large({ page, visit, look, base, steps }) {
  const { largest } = await (await fetch(`${base}start`)).json();
  const most = largest.reduce((one, other) => (other.facts > one.facts ? other : one));
  await visit(`#/entity?iri=${encodeURIComponent(most.iri)}`);
  await page.getByRole('heading', { level: 1, name: most.name }).waitFor();
  await page.getByTestId('fact').first().waitFor();
  const more = page.getByTestId('facts').getByRole('button', { name: /^Show \d+ more/ }).first();
  if (!(await more.count())) return steps.push('no large entity');
  const group = (await more.evaluateHandle((button) => button.closest('.group'))).asElement();
  const told = () => group.$$eval('[data-testid=fact] .fact-value', (rows) => rows.map((row) => row.querySelector('a')?.href ?? row.textContent));
  const all = Number((await group.$eval('.group-count', (one) => one.textContent)).replaceAll(/\D/g, ''));
  for (let press = 0; press < 3; press++) {
    const button = await group.$('.more button');
    if (!button) break;
    const before = (await told()).length;
    await button.click();
    await page.waitForFunction(([one, was]) => one.querySelectorAll('[data-testid=fact]').length > was, [group, before]);
  }
  const shown = await told();
  assert.equal(shown.length, Math.min(all, 312), 'twelve, and a hundred with each press');
  assert.equal(new Set(shown).size, shown.length, 'each once');
  const { iri } = most;
  const { facts, total, relations } = await (await fetch(`${base}entity?iri=${encodeURIComponent(iri)}&limit=7`)).json();
  assert.ok(facts.length === Math.min(7, total) && relations.reduce((sum, one) => sum + one.facts, 0) === total, 'what is cut is told');
  const { documents_total: mentioning } = await (await fetch(`${base}entity?iri=${encodeURIComponent(iri)}&limit=0&documents=1`)).json();
  const documents = page.getByTestId('entity-documents').getByRole('listitem');
  assert.equal(await documents.count(), Math.min(20, mentioning), 'few documents are looked into at first');
  if (mentioning > 20) {
    await page.getByTestId('entity-documents').locator('xpath=following-sibling::button').click();
    await page.waitForFunction((most) => document.querySelectorAll('[data-testid=entity-documents] li').length === most, Math.min(400, mentioning));
  }
  return look('large');
}

/** A description finds things and documents; the address holds all that was chosen. */
export async function meaning({ page, main, visit, look, description, steps }) {
  const header = page.getByRole('banner').getByRole('combobox');
  await header.fill('qzxv wvut');
  const offer = page.getByRole('option').filter({ hasText: 'by meaning' });
  await offer.click();
  await main().getByRole('heading', { name: 'Search by meaning' }).waitFor();
  assert.match(page.url(), /search\?q=qzxv/);
  await visit('#/find?q=qzxv+wvut');
  await main().getByRole('link', { name: 'Search by meaning' }).click();
  await main().getByRole('heading', { name: 'Search by meaning' }).waitFor();
  await visit('#/search');
  const box = main().getByRole('textbox', { name: /^What you look for/ });
  await look('search-empty');
  await box.fill(description);
  await box.press('Enter');
  const hits = page.getByTestId('hits');
  await hits.getByRole('listitem').first().waitFor();
  await look('search');
  await main().getByLabel('Show what speaks for each').check();
  await page.getByTestId('score-parts').first().waitFor();
  await look('search-explained');
  const kind = (await hits.locator('.hit-name .quiet').first().innerText()).split('·')[0].trim();
  await main().getByLabel('Class').selectOption(kind);
  await page.waitForFunction((wanted) => [...document.querySelectorAll('.hit-name .quiet')].every((one) => one.textContent.startsWith(wanted)), kind);
  assert.match(page.url(), new RegExp(`class=${kind}`));
  await main().getByText('Documents', { exact: true }).click();
  await hits.locator('a[href^="#/document?"]').first().waitFor();
  await main().getByText('Words', { exact: true }).click();
  await page.waitForFunction(() => location.hash.includes('by=words'));
  for (const part of ['q=', 'of=documents', 'by=words', 'explain=1']) assert.ok(page.url().includes(part), `${part} is in the address`);
  await page.reload();
  await hits.locator('a[href^="#/document?"]').first().waitFor();
  assert.ok(await main().getByRole('radio', { name: 'Words', exact: true }).isChecked(), 'a reload keeps what was chosen');
  await look('search-documents');
  steps.push('search by meaning');
}

/** Documents in pages, there and back; and by a part of their ids. */
export async function pages({ page, visit, look, main, steps }) {
  await visit('#/documents');
  const rows = page.getByTestId('documents').getByRole('listitem');
  await rows.first().waitFor();
  const ids = () => page.getByTestId('documents').getByRole('link').allInnerTexts();
  const place = page.getByTestId('place');
  const first = await ids();
  if (await place.count()) {
    await place.getByText(/^1 to 50 of/).waitFor();
    await main().getByRole('button', { name: 'After →' }).click();
    await place.getByText(/^51 to/).waitFor();
    const second = await ids();
    assert.ok(!second.some((id) => first.includes(id)), 'the next page has others');
    assert.match(page.url(), /after=/);
    await look('documents-after');
    await page.reload();
    await place.getByText(/^51 to/).waitFor();
    assert.deepEqual(await ids(), second, 'the address holds the page');
    await page.goBack();
    await place.getByText(/^1 to 50 of/).waitFor();
    assert.deepEqual(await ids(), first, 'and the way back leads to the page before');
    await main().getByRole('button', { name: 'After →' }).click();
    await place.getByText(/^51 to/).waitFor();
    await main().getByRole('button', { name: '← Before' }).click();
    await place.getByText(/^1 to 50 of/).waitFor();
  }
  const part = first.at(-1).slice(2);
  await main().getByLabel('Filter by id').fill(part);
  await page.waitForFunction((wanted) => [...document.querySelectorAll('[data-testid=documents] a')].every((one) => one.textContent.includes(wanted)), part);
  assert.ok((await ids()).includes(first.at(-1)), 'found by a part of its id');
  await look('documents-filtered');
  await main().getByText('begin so', { exact: true }).click();
  await page.getByText(`No id begins with “${part}”.`).waitFor();
  await main().getByLabel('Filter by id').fill('');
  await rows.first().waitFor();
  steps.push('pages');
}

/** Somebody else puts a document: the live view tells of it. */
export async function live({ page, visit, look, base, token, wanted, screen, steps }) {
  await visit('#/live');
  await page.getByText('listening').waitFor();
  const path = `${base}documents/page-test/live-${screen.name}.txt`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' };
  const put = await fetch(path, { method: 'PUT', headers, body: `Ada Quillon works for ${wanted}. Ada Quillon was born in Brennholt.` });
  const { epoch } = await put.json();
  await page.getByTestId('epochs').getByRole('cell', { name: epoch.toLocaleString('en'), exact: true }).first().waitFor();
  assert.notEqual(await page.getByTestId('tiles').locator('dd').nth(1).innerText(), '0', 'epochs in the last minute');
  await fetch(path, { method: 'DELETE', headers });
  const kind = page.getByTestId('rejections').getByRole('button').first();
  if (await kind.count()) {
    await kind.click();
    await page.getByTestId('rejections').getByRole('listitem').getByRole('listitem').first().waitFor();
  }
  await look('live-put');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('paused').waitFor();
  steps.push('live put');
}

/** A server that still loads says how far it is, and the page goes on by itself when it is ready. */
export async function progress({ page, visit, look, faults, steps }) {
  await visit('#/');
  await page.route('**/readyz', (route) => route.fulfill({ status: 503, contentType: 'application/json', body: JSON.stringify({ ready: false, state: 'reading', documents: 40 }) }));
  await page.reload();
  await page.getByTestId('progress').getByText('40 documents so far').waitFor();
  const forget = () => faults.splice(0, faults.length, ...faults.filter((fault) => !fault.includes('readyz')));
  forget();
  await page.evaluate(() => scrollTo(0, 0));
  await page.unroute('**/readyz');
  await page.getByTestId('progress').waitFor({ state: 'detached' });
  await page.waitForTimeout(200);
  forget();
  await look('ready');
  steps.push('progress');
}
