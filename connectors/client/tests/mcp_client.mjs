// `kgloom mcp`, or `/mcp` of `kgloom serve`, as `@modelcontextprotocol/sdk` sees it. In: a command that serves MCP, or an
// address. Out: a line a check, 1 where one fails. Never: a write.
//
//     node mcp_client.mjs NAME COMMAND [ARGUMENT...]
//     node mcp_client.mjs NAME http://HOST:PORT/mcp
//
// NAME is what some thing in the graph is called. The package is looked for from here and from the working folder.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

async function load(file) {
  const name = `@modelcontextprotocol/sdk/${file}`;
  try {
    return await import(name);
  } catch {
    const here = createRequire(path.join(process.cwd(), 'package.json'));
    return import(pathToFileURL(here.resolve(name)).href);
  }
}

const { Client } = await load('client/index.js');
const { StdioClientTransport } = await load('client/stdio.js');
const { StreamableHTTPClientTransport } = await load('client/streamableHttp.js');

const [name, command, ...args] = process.argv.slice(2);
const client = new Client({ name: 'mcp_client.mjs', version: '1' });
const isAddress = command.startsWith('http');
await client.connect(
  isAddress ? new StreamableHTTPClientTransport(new URL(command)) : new StdioClientTransport({ command, args }),
);

/** What a tool gives; the client holds it to the tool's schema. */
async function call(tool, given = {}) {
  const result = await client.callTool({ name: tool, arguments: given });
  assert.ok(!result.isError, `${tool}: ${result.content[0]?.text}`);
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
  console.log(`ok ${tool} ${JSON.stringify(given).slice(0, 90)}`);
  return result.structuredContent;
}

async function fails(tool, given) {
  const result = await client.callTool({ name: tool, arguments: given });
  assert.ok(result.isError, `${tool} should fail`);
  console.log(`ok ${tool} says: ${result.content[0].text.split('\n')[0].slice(0, 110)}`);
}

try {
  assert.equal(client.getServerVersion().name, 'kgloom');
  assert.match(client.getInstructions(), /schema/);
  const { tools } = await client.listTools();
  assert.equal(tools.length, 9);
  for (const tool of tools) assert.ok(tool.outputSchema && tool.annotations.readOnlyHint, tool.name);

  assert.ok((await call('schema', { limit: 5 })).relations.length);
  const [{ iri }] = (await call('find', { text: name })).found;
  const { facts: [fact] } = await call('describe', { entity: iri, limit: 5 });
  const ends = [iri, fact.iri ?? fact.value];
  const [subject, object] = fact.direction === 'out' ? ends : ends.reverse();
  assert.ok((await call('explain', { subject, relation: fact.sparql, object })).explanations.length);
  assert.equal((await call('query', { sparql: 'SELECT ?s ?p ?o { ?s ?p ?o }', limit: 2 })).rows.length, 2);
  await fails('query', { sparql: 'SLECT nonsense' });
  await fails('describe', { entity: 'Nobody of that name, surely' });
  await call('ask', { question: `What is ${name}?` });
  await call('predict', { entity: iri });
  const { documents: [{ id }] } = await call('documents', { limit: 2 });
  const { text } = await call('documents', { id });
  const { resources: [{ uri }] } = await client.listResources();
  assert.ok((await client.readResource({ uri })).contents[0].text.startsWith(text.slice(0, 20)));
  const { resourceTemplates } = await client.listResourceTemplates();
  assert.equal(resourceTemplates[0].uriTemplate, 'kgloom:document/{id}');
  console.log(`ok ${uri}`);
} finally {
  await client.close();
}
