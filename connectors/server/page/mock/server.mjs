// In: requests as docs/http.md has them. Out: answers from a small invented world; the page from dist. For tests only.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Fault, csv, evaluate, json } from './sparql.mjs';
import { World, relations } from './world.mjs';

const TOKEN = process.env.KGLOOM_TOKEN || 'mock-token';
const PORT = Number(process.env.PORT ?? 7979);
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; style-src 'self' 'nonce-kgloom' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', txt: 'text/plain; charset=utf-8' };
const WDT = 'http://www.wikidata.org/prop/direct/';

const world = new World();
const listeners = new Set();
let corrected = 0;

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const facts = () => new Set(world.facts.keys());

function change(act, put = 0, deleted = 0) {
  const before = facts();
  act();
  world.build();
  world.epoch += 1;
  const after = facts();
  const triple = (key) => `${key.split(' ').map((part) => `<${part}>`).join(' ')} .`;
  const came = [...after].filter((key) => !before.has(key)).map(triple);
  const went = [...before].filter((key) => !after.has(key)).map(triple);
  const told = { epoch: world.epoch, put, deleted, refused: 0, came: came.length, went: went.length, documents: world.texts.size, facts: after.size, milliseconds: 12 };
  for (const listener of listeners) listener.write(`event: epoch\nid: ${world.epoch}\ndata: ${JSON.stringify(told)}\n\n`);
  return { epoch: world.epoch, put, deleted, unchanged: 0, refused: [], came, went, came_count: came.length, went_count: went.length };
}

function entity(iri) {
  const found = world.entities.get(iri);
  if (!found) throw new Refused(404, 'the graph has no such entity');
  const own = [];
  for (const fact of world.facts.values()) {
    const out = fact.subject === iri;
    if (!out && fact.object !== iri) continue;
    own.push({ relation: world.relation(fact.relation), direction: out ? 'out' : 'in', value: world.term(out ? fact.object : fact.subject), certainty: fact.from.length ? fact.certainty : null, documents: fact.from.length, entailed: false });
  }
  if (found.name === 'Lumenta') own.push({ relation: { type: 'uri', value: `${WDT}P17`, short: 'wdt:P17', label: 'country' }, direction: 'out', value: { type: 'uri', value: 'urn:kgloom:location:Corvania', short: 'location:Corvania', label: 'Corvania' }, certainty: null, documents: 0, entailed: true });
  const documents = [...world.readings].map(([id, reading]) => ({ id, mentions: reading.mentions.filter(([, , of]) => of === iri).length })).filter((one) => one.mentions);
  return { iri, short: found.short, name: found.name, names: [found.name, found.name.split(' ')[0]], classes: [{ type: 'uri', value: `urn:kgloom:${found.class}`, short: `kgloom:${found.class}`, label: found.class }], facts: own, predicted: world.predicted(iri), documents };
}

function reading(id) {
  const text = world.texts.get(id);
  if (text === undefined) throw new Refused(404, 'there is no such document');
  const { mentions, read } = world.readings.get(id);
  const pieces = [];
  let at = 0;
  for (const [offset, name, iri] of [...mentions].sort((one, other) => one[0] - other[0])) {
    if (offset < at) continue;
    if (offset > at) pieces.push({ text: text.slice(at, offset) });
    pieces.push({ text: name, entity: iri, name, class: world.entities.get(iri)?.class ?? 'Miscellaneous' });
    at = offset + name.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  const believed = read.map((key) => world.facts.get(key)).filter(Boolean);
  return { id, bytes: Buffer.byteLength(text), pieces, facts: believed.map((fact) => ({ subject: world.term(fact.subject), relation: world.relation(fact.relation), object: world.term(fact.object) })) };
}

function answer(question) {
  const wanted = /^who founded (.+?)\??$/i.exec(question);
  if (!wanted) return { known: false, sparql: null, reading: `“${question}” is none of the questions that are understood`, answers: [], why: 'no relation of the graph fits the words of the question' };
  const about = world.resolve(wanted[1]);
  const found = [...world.facts.values()].filter((fact) => fact.subject === about && fact.relation === 'P112').map((fact) => world.term(fact.object));
  return { known: found.length > 0, sparql: `SELECT ?who WHERE {\n  <${about}> wdt:P112 ?who .\n}`, reading: `who stands in “founded by” with ${wanted[1]} as the head`, answers: found, why: found.length ? null : `nothing is stated of ${wanted[1]}` };
}

function find(text, kind, limit) {
  const low = text.toLowerCase();
  const fitting = [...world.entities.values()].filter((one) => one.name.toLowerCase().includes(low) && (!kind || one.class === kind));
  fitting.sort((one, other) => Number(other.name.toLowerCase() === low) - Number(one.name.toLowerCase() === low) || other.facts - one.facts);
  return { found: fitting.slice(0, limit).map((one) => ({ ...one, fits: one.name.toLowerCase() === low ? 'name' : 'words' })), more: fitting.length > limit };
}

function schema() {
  const things = (name) => [...world.entities.values()].filter((one) => one.class === name).length;
  const used = (property) => [...world.facts.values()].filter((fact) => fact.relation === property).length;
  return {
    classes: ['Person', 'Organization', 'Location', 'Miscellaneous'].map((label) => ({ iri: `urn:kgloom:${label}`, short: `kgloom:${label}`, label, things: things(label), comment: `All that is of the class ${label}.` })),
    relations: Object.entries(relations).map(([property, one]) => ({ iri: WDT + property, short: `wdt:${property}`, label: one.label, facts: used(property), from: one.from, to: one.to, comment: one.comment })),
  };
}

function documents(after, limit) {
  const ids = [...world.texts.keys()].sort().filter((id) => id > after);
  return { documents: ids.slice(0, limit).map((id) => ({ id, bytes: Buffer.byteLength(world.texts.get(id)), refused: null })), next: ids.length > limit ? ids[limit - 1] : null, total: world.texts.size };
}

function explain(subject, relation, object) {
  if (relation.endsWith('P17')) return [{ triple: {}, rules: ['kgloom:along wdt:P159'], facts: [explain(subject, `${WDT}P159`, 'urn:kgloom:location:Brennholt')[0]] }];
  const fact = world.facts.get(`${subject} ${relation} ${object}`);
  if (!fact) throw new Refused(404, 'the graph does not hold this fact');
  return [{ triple: {}, model: 'mock', evidence: fact.from.map((one) => ({ document: one.document, score: Math.round(fact.certainty * 10000), sentences: [{ span: { start: 0, end: 1 }, marked: one.marked }] })) }];
}

const status = () => ({ version: '0.0.0-mock', state: 'mock', epoch: world.epoch, model: 'mock', filter: null, documents: world.texts.size, refused: 0, entities: world.entities.size, facts: world.facts.size, relations: 7, triples: world.facts.size * 2, rejections: 1, ready: true, writable: true });

const start = () => ({ largest: [...world.entities.values()].sort((one, other) => (other.name === 'Lumenta') - (one.name === 'Lumenta') || other.facts - one.facts).slice(0, 8), questions: ['Who founded Lumenta?', 'Who founded Vantage Software?'], query: 'SELECT ?organization ?who WHERE {\n  ?organization wdt:P112 ?who .\n}' });

async function collect(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function api(request, response, url) {
  const parameter = (name) => url.searchParams.get(name) ?? '';
  const limit = Number(parameter('limit') || 20);
  const path = url.pathname.slice(1);
  const writes = request.method !== 'GET' && path !== 'query';
  if (writes && request.headers.authorization !== `Bearer ${TOKEN}`) throw new Refused(401, 'writing takes the token');
  const route = `${request.method} ${path.split('/')[0]}`;
  const rest = decodeURIComponent(path.split('/').slice(1).join('/'));
  switch (route) {
    case 'GET start': return start();
    case 'GET status': return status();
    case 'GET schema': return schema();
    case 'GET find': return find(parameter('text'), parameter('class'), limit);
    case 'GET entity': return entity(parameter('iri'));
    case 'GET neighbourhood': return world.around(parameter('iri'), Math.min(300, limit));
    case 'GET explain': return { explanations: explain(parameter('subject'), parameter('relation'), parameter('object')) };
    case 'GET ask': return answer(parameter('question'));
    case 'GET rejections': return { rejections: [{ document: 'people/clara-ansell.txt', stage: 'ontology', reason: 'a Location does not work for anybody', location: '0..24', record: '<location:Velmora> <wdt:P108> <organization:Lumenta>' }], total: 1 };
    case 'GET corrections': return { corrections: [...world.corrections].map(([id, one]) => ({ id, kind: one.kind, text: one.text, applies: true })) };
    case 'GET documents': return rest ? reading(rest) : documents(parameter('after'), limit);
    case 'PUT documents': {
      const text = await collect(request);
      return change(() => world.texts.set(rest, text), 1);
    }
    case 'DELETE documents': {
      if (!world.texts.has(rest)) throw new Refused(404, 'there is no such document');
      return change(() => world.texts.delete(rest), 0, 1);
    }
    case 'POST corrections': {
      const wanted = JSON.parse(await collect(request));
      const id = `c${++corrected}`;
      const text = wanted.one ? `${wanted.one} ${wanted.kind} ${wanted.other}` : `${wanted.kind} ${wanted.subject} ${wanted.relation} ${wanted.object}`;
      return { ...change(() => world.corrections.set(id, { ...wanted, text })), correction: id };
    }
    case 'DELETE corrections': {
      if (!world.corrections.has(rest)) throw new Refused(404, 'there is no such correction');
      return change(() => world.corrections.delete(rest));
    }
    case 'GET query':
    case 'POST query': return query(request, response, request.method === 'POST' ? new URLSearchParams(await collect(request)).get('query') : parameter('query'));
    case 'GET events': {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(': open\n\n');
      listeners.add(response);
      request.on('close', () => listeners.delete(response));
      return undefined;
    }
    default: return null;
  }
}

function query(request, response, text) {
  const result = evaluate(world, text);
  const wantsCsv = request.headers.accept?.includes('text/csv');
  const type = wantsCsv ? 'text/csv; charset=utf-8' : 'application/sparql-results+json';
  response.writeHead(200, { 'content-type': type });
  response.end(wantsCsv ? csv(result) : JSON.stringify(json(result)));
}

async function file(response, path) {
  const name = path === '/' ? 'index.html' : path.slice(1);
  if (!/^[\w.-]+$/.test(name)) throw new Refused(404, 'there is no such path');
  const content = await readFile(new URL(`../dist/${name}`, import.meta.url)).catch(() => null);
  if (!content) throw new Refused(404, 'there is no such path');
  response.writeHead(200, { 'content-type': types[name.split('.').pop()] ?? 'application/octet-stream', 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' });
  response.end(content);
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://mock');
  try {
    const told = await api(request, response, url);
    if (told === null) return await file(response, url.pathname);
    if (told === undefined) return;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(told));
  } catch (error) {
    const status = error instanceof Fault ? 400 : (error.status ?? 500);
    if (status === 500) console.error(error);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: error.message, ...(error.line && { line: error.line, column: error.column }) }));
  }
});

server.listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/#token=${TOKEN}`));
