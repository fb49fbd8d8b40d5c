// In: a path. Out: what dist has there, with the headers of the server. For tests only.
import { readFile } from 'node:fs/promises';

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', txt: 'text/plain; charset=utf-8' };

/** Answers with a file of dist; false where there is none. */
export async function file(response, path) {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const content = /^[\w.-]+$/.test(name) && (await readFile(new URL(`../dist/${name}`, import.meta.url)).catch(() => null));
  if (!content) return false;
  response.writeHead(200, { 'content-type': types[name.split('.').pop()] ?? 'application/octet-stream', 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' });
  response.end(content);
  return true;
}
