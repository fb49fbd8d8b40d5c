// In: package-lock.json. Out: the same without addresses of a registry.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const described of Object.values(lock.packages)) delete described.resolved;
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
