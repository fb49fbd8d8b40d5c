// In: KGLOOM_URL and KGLOOM_TOKEN, or nothing. Out: the walk through the page, against that server or against the mock.
import { spawn } from 'node:child_process';

const here = new URL('..', import.meta.url).pathname;
const environment = { ...process.env };
let mock = null;

if (!environment.KGLOOM_URL) {
  mock = spawn(process.execPath, ['mock/server.mjs'], { cwd: here, env: { ...environment, PORT: '0', KGLOOM_TOKEN: 'mock-token' }, stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = await new Promise((done) => mock.stdout.once('data', (data) => done(String(data).trim())));
  environment.KGLOOM_URL = printed.split('#')[0];
  environment.KGLOOM_TOKEN = 'mock-token';
}
const walk = spawn(process.execPath, ['tests/page.mjs'], { cwd: here, env: environment, stdio: 'inherit' });
const code = await new Promise((done) => walk.once('exit', done));
mock?.kill();
process.exit(code ?? 1);
