// In: KGLOOM_URL, a server that runs. Out: the page of dist, over that server's graph: to see a page that is not yet in a program.
import { createServer, request as ask } from 'node:http';
import { file } from './files.mjs';

const target = new URL(process.env.KGLOOM_URL ?? 'http://127.0.0.1:7878/');

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, target);
  if (request.method === 'GET' && (await file(response, pathname))) return;
  // The server lets in only who comes from its own address.
  const headers = { ...request.headers, host: target.host, ...(request.headers.origin && { origin: target.origin }) };
  const asked = ask(new URL(request.url, target), { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  asked.on('error', () => response.destroy());
  response.on('close', () => asked.destroy());
  request.pipe(asked);
});

server.listen(Number(process.env.PORT ?? 7980), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
