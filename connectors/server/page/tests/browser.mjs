// In: a base URL. Out: a page of Chromium that counts what must not happen: errors, requests to elsewhere, bad contrast.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'], timeout: 120000 });

export async function open(browser, base, { width, height, scheme }) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: 'reduce', acceptDownloads: true });
  const page = await context.newPage();
  page.setDefaultTimeout(Number(process.env.KGLOOM_PATIENCE ?? 20000));
  const faults = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()} (${message.location().url})`));
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`a dialog was opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !/^(data|blob):/.test(url)) faults.push(`requested elsewhere: ${url}`);
  });
  return { context, page, faults };
}

/** What axe holds to be serious or critical. */
export async function inspect(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    // The editor's list of completions keeps the focus in the editor and is moved by its keys (a combobox), which axe's rule on
    // scrolling regions does not know.
    const { violations } = await globalThis.axe.run({ exclude: [['.cm-tooltip-autocomplete']] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.filter((one) => one.impact === 'serious' || one.impact === 'critical').map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).slice(0, 4).join(' | ')}`);
  });
}
