// In: a walk that stands before a server. Out: the walk through corrections of what a thing is: made, seen, taken back.
import assert from 'node:assert/strict';

const notice = (page) => page.getByTestId('notice');

async function toEntity({ page, visit, hash, wanted }) {
  await visit(hash);
  await page.getByRole('heading', { level: 1, name: wanted }).waitFor();
  await page.getByTestId('fact').first().waitFor();
}

const takeBack = (page) => notice(page).getByRole('button', { name: 'Take back' }).click();

/** The class changes, and the thing's IRI with it: the page follows, there and back. */
export async function retype(walked) {
  const { page, look, steps } = walked;
  await toEntity(walked);
  const classes = page.getByTestId('classes');
  const was = (await classes.innerText()).trim();
  const to = was.includes('Miscellaneous') ? 'Organization' : 'Miscellaneous';
  const before = page.url();
  await page.getByRole('button', { name: 'Retype …' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: new RegExp(to) }).first().check();
  await look('retype');
  await dialog.getByRole('button', { name: `It is of class ${to}` }).click();
  await notice(page).getByText(`is of class ${to} now`).waitFor();
  await classes.getByText(to, { exact: true }).waitFor();
  assert.notEqual(page.url(), before, 'the address follows');
  await page.getByTestId('fact').first().waitFor();
  await look('retyped');
  await takeBack(page);
  await notice(page).getByText('Taken back').waitFor();
  await classes.getByText(was, { exact: true }).waitFor();
  assert.equal(page.url(), before, 'the address is the old one');
  steps.push('retype taken back');
}

/** Chooses the other entity in the dialog that a button opens. */
async function choose(page, button, other) {
  await page.getByRole('button', { name: button, exact: true }).click();
  const dialog = page.getByRole('dialog');
  const box = dialog.getByLabel('Name of the other entity');
  assert.ok(await box.evaluate((one) => one === document.activeElement), 'the keyboard is in the box at once');
  await box.fill(other);
  await dialog.getByRole('radio', { name: new RegExp(other) }).first().check();
  return dialog;
}

/** Two become one thing with the names of both; and two again. */
export async function same(walked) {
  const { page, look, steps, wanted, other } = walked;
  await toEntity(walked);
  const names = page.getByTestId('other-names').getByText(`“${other}”`);
  assert.equal(await names.count(), 0, 'they are two at first');
  const dialog = await choose(page, 'Same as …', other);
  await look('same');
  await dialog.getByRole('button', { name: 'They are one' }).click();
  await notice(page).getByText(`${wanted} and ${other} are one.`).waitFor();
  await names.waitFor();
  await look('one-thing');
  await takeBack(page);
  await notice(page).getByText('Taken back').waitFor();
  await names.waitFor({ state: 'detached' });
  steps.push('same taken back');
}

/** Two stay two: what would join them is refused, with the way to the correction that stands against it. */
export async function different(walked) {
  const { page, look, steps, faults, wanted, other } = walked;
  await toEntity(walked);
  const dialog = await choose(page, 'Not the same as …', other);
  await look('different');
  await dialog.getByRole('button', { name: 'They are two' }).click();
  await notice(page).getByText(`${wanted} and ${other} are two.`).waitFor();
  const again = await choose(page, 'Same as …', other);
  await again.getByRole('button', { name: 'They are one' }).click();
  await notice(page).getByText('contradicts a correction').waitFor();
  // Chromium tells each refusal as an error of the console; that one is meant.
  const meant = faults.findIndex((fault) => /status of 4\d\d/.test(fault));
  if (meant >= 0) faults.splice(meant, 1);
  await look('refused');
  await notice(page).getByRole('button', { name: 'Corrections' }).click();
  const own = page.getByTestId('corrections').getByRole('listitem').filter({ hasText: 'different' }).filter({ hasText: other.split(' ')[0] });
  await own.getByRole('button', { name: /^Take back/ }).click();
  await notice(page).getByText('Taken back').waitFor();
  await own.waitFor({ state: 'detached' });
  steps.push('different taken back');
}
