// In: requests as docs/http.md has them. Out: answers from a small invented world; the page from dist. For tests only.
import { createServer } from 'node:http';
import { file } from './files.mjs';
import { own } from './queries.mjs';
import { Fault, csv, evaluate, json, triples } from './sparql.mjs';
import { World, relations } from './world.mjs';

const TOKEN = process.env.KGLOOM_TOKEN || 'mock-token';
const PORT = Number(process.env.PORT ?? 7979);
const WDT = 'http://www.wikidata.org/prop/direct/';

const world = new World(Number(process.env.KGLOOM_CROWD ?? 150));
/** Facts of one thing that the server tells at once, and documents that it looks into. */
const [FACTS, DOCUMENTS] = [500, 400];
const listeners = new Set();
let corrected = 0;

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function change(act, put = 0, deleted = 0) {
  const before = new Set(triples(world));
  act();
  world.build();
  world.epoch += 1;
  const after = new Set(triples(world));
  const came = [...after].filter((triple) => !before.has(triple));
  const went = [...before].filter((triple) => !after.has(triple));
  const told = { epoch: world.epoch, put, deleted, refused: 0, came: came.length, went: went.length, documents: world.texts.size, facts: world.facts.size, milliseconds: 12 };
  for (const listener of listeners) listener.write(`event: epoch\nid: ${world.epoch}\ndata: ${JSON.stringify(told)}\n\n`);
  return { epoch: world.epoch, put, deleted, unchanged: 0, refused: [], came, went, came_count: came.length, went_count: went.length };
}

function entity(iri, { relation, direction, offset, limit, each, documents: wanted }) {
  const found = world.entities.get(iri);
  if (!found) throw new Refused(404, 'the graph has no such entity');
  let own = [];
  for (const fact of world.around1(iri)) {
    const out = fact.subject === iri;
    own.push({ relation: world.relation(fact.relation), direction: out ? 'out' : 'in', value: world.term(out ? fact.object : fact.subject), certainty: fact.from.length ? fact.certainty : null, documents: fact.from.length, entailed: false });
  }
  if (found.name === 'Lumenta') own.push({ relation: { type: 'uri', value: `${WDT}P17`, short: 'wdt:P17', label: 'country' }, direction: 'out', value: { type: 'uri', value: 'urn:kgloom:location:Corvania', short: 'location:Corvania', label: 'Corvania' }, certainty: null, documents: 0, entailed: true });
  own = own.filter((fact) => (!relation || fact.relation.value === relation) && (!direction || fact.direction === direction));
  const order = ({ entailed, direction: way, relation: of, value }) => `${entailed} ${way === 'in'} ${of.value} ${value.value}`;
  own.sort((one, other) => (order(one) < order(other) ? -1 : 1));
  const relations = new Map();
  for (const { relation: of, direction: way } of own) {
    const key = `${way} ${of.value}`;
    relations.set(key, { relation: of, direction: way, facts: (relations.get(key)?.facts ?? 0) + 1 });
  }
  const taken = new Map();
  const told = own.filter(({ relation: of, direction: way }) => {
    const key = `${way} ${of.value}`;
    taken.set(key, (taken.get(key) ?? 0) + 1);
    return taken.get(key) <= each;
  });
  const documents = [];
  for (const [id, { mentions }] of world.readings) {
    const count = mentions.filter(([, , of]) => of === iri).length;
    if (count) documents.push({ id, mentions: count });
  }
  return { iri, short: found.short, name: found.name, names: [...world.names.get(iri), found.name.split(' ')[0]], classes: [{ type: 'uri', value: `urn:kgloom:${found.class}`, short: `kgloom:${found.class}`, label: found.class }], facts: told.slice(offset, offset + limit), total: own.length, relations: [...relations.values()], predicted: world.predicted(iri), predicted_total: world.predicted(iri).length, documents: documents.slice(0, Math.min(wanted, DOCUMENTS)), documents_total: documents.length };
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

/** Invented scores: shared words, and shared letters in place of a likeness of meaning. */
function search({ text, by, wanted, documents, limit, spread, explained }) {
  const words = new Set(text.toLowerCase().match(/\p{L}+/gu) ?? []);
  const all = documents ? [...world.texts].map(([id, content]) => [{ id, text: content.slice(0, 160) }, `${id} ${content}`]) : [...world.entities.values()].filter((one) => !wanted || one.class === wanted).map((one) => [one, `${one.name} ${one.class} ${world.around1(one.iri).map((fact) => relations[fact.relation].label).join(' ')}`]);
  const hits = all.map(([told, content]) => {
    const own = content.toLowerCase().match(/\p{L}+/gu) ?? [];
    const shared = own.filter((word) => words.has(word)).length / Math.sqrt(own.length || 1);
    const near = Math.min(1, own.filter((word) => [...words].some((other) => word.slice(0, 3) === other.slice(0, 3))).length / (own.length || 1) + 0.1);
    return { ...told, score: (by === 'vectors' ? 0 : shared) + (by === 'words' ? 0 : near), ...(by !== 'vectors' && { words: shared }), ...(by !== 'words' && { meaning: near }) };
  });
  hits.sort((one, other) => other.score - one.score);
  const found = hits.slice(0, limit).filter((hit) => hit.score > 0);
  found.forEach((hit, index) => {
    if (spread) hit.interest = 1 + (index % 2);
    if (explained && hit.meaning !== undefined) hit.explanation = { parts: [{ concept: 'employer', part: hit.meaning * 0.5 }, { concept: 'Organization', part: hit.meaning * 0.3 }, { concept: 'place of birth', part: hit.meaning * -0.1 }], others: hit.meaning * 0.1, other: hit.meaning * 0.2 };
  });
  return { found, plan: by === 'words' ? null : `an exact scan of ${all.length} rows`, exact: true, shares: spread ? [0.6, 0.4] : [] };
}

function schema() {
  const counts = new Map();
  for (const { class: name } of world.entities.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const uses = new Map();
  for (const { relation } of world.facts.values()) uses.set(relation, (uses.get(relation) ?? 0) + 1);
  const things = (name) => counts.get(name) ?? 0;
  const used = (property) => uses.get(property) ?? 0;
  const declared = ['Company', 'Publisher'].map((label) => ({ iri: `http://example.org/own#${label}`, short: `own:${label}`, label, things: 0, comment: `A class of one's own: ${label}.` }));
  return {
    classes: [...['Person', 'Organization', 'Location', 'Miscellaneous', 'Time', 'Quantity'].map((label) => ({ iri: `urn:kgloom:${label}`, short: `kgloom:${label}`, label, things: things(label), comment: `All that is of the class ${label}.` })), ...declared],
    relations: Object.entries(relations).map(([property, one]) => ({ iri: WDT + property, short: `wdt:${property}`, label: one.label, facts: used(property), from: one.from, to: one.to, comment: one.comment })),
  };
}

function documents(after, limit, containing) {
  const low = containing.toLowerCase();
  const ids = [...world.texts.keys()].sort().filter((id) => id > after && id.toLowerCase().includes(low));
  return { documents: ids.slice(0, limit).map((id) => ({ id, bytes: Buffer.byteLength(world.texts.get(id)), refused: null })), next: ids.length > limit ? ids[limit - 1] : null, total: world.texts.size };
}

function explain(subject, relation, object) {
  if (relation.endsWith('P17')) return [{ triple: {}, rules: ['kgloom:along wdt:P159'], facts: [explain(subject, `${WDT}P159`, 'urn:kgloom:location:Brennholt')[0]] }];
  const fact = world.facts.get(`${subject} ${relation} ${object}`);
  if (!fact) throw new Refused(404, 'the graph does not hold this fact');
  return [{ triple: {}, model: 'mock', evidence: fact.from.map((one) => ({ document: one.document, score: Math.round(fact.certainty * 10000), sentences: [{ span: { start: 0, end: 1 }, marked: one.marked }] })) }];
}

/** A correction in words, as the server has them. */
function worded({ kind, name, class: to, one, other, subject, relation, object }) {
  const named = (iri) => (world.entities.has(iri) ? `${world.entities.get(iri).class} "${world.entities.get(iri).name}"` : JSON.stringify(iri));
  if (kind === 'retype') return `retype ${named(name)} ${to.replace('urn:kgloom:', '')}`;
  if (one) return `${kind} ${named(one)} ${named(other)}`;
  return `${kind} ${named(subject)} ${relation.replace(WDT, '')} ${named(object)}`;
}

const status = () => ({ version: '0.0.0-mock', state: 'mock', epoch: world.epoch, model: 'mock', filter: null, documents: world.texts.size, refused: 0, entities: world.entities.size, facts: world.facts.size, relations: 7, triples: world.facts.size * 2, rejections: world.rejections.length, ready: true, writable: true });

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
    case 'GET entity': return entity(parameter('iri'), { relation: parameter('relation'), direction: parameter('direction'), offset: Number(parameter('offset')), limit: Number(parameter('limit') || FACTS), each: Number(parameter('each') || Infinity), documents: Number(parameter('documents') || DOCUMENTS) });
    case 'GET neighbourhood': return world.around(parameter('iri'), Math.min(300, limit));
    case 'GET explain': return { explanations: explain(parameter('subject'), parameter('relation'), parameter('object')) };
    case 'GET ask': return answer(parameter('question'));
    case 'GET rejections': return { rejections: world.rejections.slice(0, limit), total: world.rejections.length };
    case 'GET readyz': return { ready: true, state: 'ready', documents: world.texts.size };
    case 'GET search': return search({ text: parameter('text'), by: parameter('by'), wanted: parameter('class'), documents: parameter('documents') === 'true', limit, spread: parameter('spread'), explained: parameter('explain') });
    case 'GET corrections': return { corrections: [...world.corrections].map(([id, one]) => ({ id, kind: one.kind, says: one.text, applies: true })) };
    case 'GET documents': return rest ? reading(rest) : documents(parameter('after'), limit, parameter('containing'));
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
      const opposed = [...world.corrections].find(([, one]) => one.one && one.kind !== wanted.kind && one.one === wanted.one && one.other === wanted.other);
      if (opposed) throw new Refused(422, `${wanted.kind} contradicts correction ${opposed[0]}, ${opposed[1].text}; \`kgloom corrections undo ${opposed[0]}\` takes that back`);
      if (wanted.kind === 'retype' && !wanted.class.startsWith('urn:kgloom:')) throw new Refused(422, 'classes of one\'s own are told by texts alone here');
      const id = `c${++corrected}`;
      const text = worded(wanted);
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
  const result = own(world, text) ?? evaluate(world, text);
  const wantsCsv = request.headers.accept?.includes('text/csv');
  const type = wantsCsv ? 'text/csv; charset=utf-8' : 'application/sparql-results+json';
  response.writeHead(200, { 'content-type': type });
  response.end(wantsCsv ? csv(result) : JSON.stringify(json(result)));
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://mock');
  try {
    const told = await api(request, response, url);
    if (told === null) {
      if (!(await file(response, url.pathname))) throw new Refused(404, 'there is no such path');
      return;
    }
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
