// In: the packages that the bundle holds, from node_modules. Out: dist/LICENSES.txt with their licences.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../node_modules/', import.meta.url).pathname;

/** What the sources import, and all that those need; tools of the build are not in the bundle. */
const imported = ['preact', '@preact/signals', '@codemirror/autocomplete', '@codemirror/commands', '@codemirror/language', '@codemirror/lint', '@codemirror/state', '@codemirror/view', '@lezer/highlight', 'codemirror-lang-sparql', 'graphology', 'graphology-layout-forceatlas2', 'sigma'];

const found = new Map();

function visit(name) {
  const folder = join(root, name);
  if (found.has(name) || !existsSync(folder)) return;
  const described = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // Types leave nothing in the bundle.
  if (name.endsWith('-types')) return;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `(the package holds no licence text; it declares ${described.license})`;
  found.set(name, `${name} ${described.version}\nLicence: ${described.license}\n\n${text.replaceAll('\r\n', '\n')}\n`);
  Object.keys(described.dependencies ?? {}).forEach(visit);
}

imported.forEach(visit);
const texts = [...found.keys()].sort().map((name) => found.get(name));
const line = `\n${'-'.repeat(78)}\n\n`;
writeFileSync(new URL('../dist/LICENSES.txt', import.meta.url), `The scripts of this folder hold parts of these packages.\n${line}${texts.join(line)}`);
console.log(`dist/LICENSES.txt: ${found.size} packages`);
