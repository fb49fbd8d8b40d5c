// In: KGLOOM_URL and KGLOOM_TOKEN, or nothing; KGLOOM_DIST where the page of dist is meant, and not the one in that server. Out: the
// walk through the page, against that server or against the mock; or KGLOOM_WALK, another walk.
import { spawn } from 'node:child_process';

const here = new URL('..', import.meta.url).pathname;
const environment = { ...process.env };
let helper = null;

async function start(script, more) {
  helper = spawn(process.execPath, [script], { cwd: here, env: { ...environment, PORT: '0', ...more }, stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = await new Promise((done) => helper.stdout.once('data', (data) => done(String(data).trim())));
  environment.KGLOOM_URL = printed.split('#')[0];
}

if (!environment.KGLOOM_URL) {
  environment.KGLOOM_TOKEN = 'mock-token';
  // What `kgloom train` and `kgloom match` would tell is there.
  environment.KGLOOM_BESIDE = '1';
  await start('mock/server.mjs', {});
} else if (environment.KGLOOM_DIST) await start('mock/front.mjs', {});
const walk = spawn(process.execPath, [environment.KGLOOM_WALK ?? 'tests/page.mjs'], { cwd: here, env: environment, stdio: 'inherit' });
const code = await new Promise((done) => walk.once('exit', done));
helper?.kill();
process.exit(code ?? 1);
