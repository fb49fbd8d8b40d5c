// In: a query with plain triple patterns. Out: its rows; or where it is not SPARQL. A toy for tests of the page only.
const WDT = 'http://www.wikidata.org/prop/direct/';
const LABEL = 'http://www.w3.org/2000/01/rdf-schema#label';
const OTHER_LABEL = 'http://www.w3.org/2004/02/skos/core#altLabel';
const TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';

export class Fault extends Error {
  constructor(message, line, column) {
    super(message);
    Object.assign(this, { line, column });
  }
}

export function evaluate(world, query) {
  const bare = query.replace(/^\s*#.*$/gm, '').replace(/^\s*PREFIX.*$/gim, '');
  const form = /^\s*(SELECT|ASK|CONSTRUCT)\b/i.exec(bare);
  if (!form) throw new Fault('expected one of SELECT, ASK, CONSTRUCT, DESCRIBE', ...place(query, query.search(/\S/)));
  const [open, close] = [query.indexOf('{'), query.lastIndexOf('}')];
  if (open < 0 || close < open) throw new Fault("expected '}'", ...place(query, query.trimEnd().length));
  const rows = patterns(query.slice(open + 1, close)).reduce((found, pattern) => join(world, found, pattern), [{}]);
  if (form[1].toUpperCase() === 'ASK') return { boolean: rows.length > 0 };
  const wanted = [...query.slice(0, open).matchAll(/\?(\w+)/g)].map(([, name]) => name);
  const vars = wanted.length ? wanted : [...new Set(rows.flatMap(Object.keys))];
  const limit = Number(/LIMIT\s+(\d+)/i.exec(query)?.[1] ?? Infinity);
  const times = Number(/#\s*times\s+(\d+)/.exec(query)?.[1] ?? 1);
  const all = rows.slice(0, limit);
  return { vars, rows: times > 1 ? Array.from({ length: times }, () => all).flat() : all };
}

function place(query, at) {
  const lines = query.slice(0, Math.max(0, at)).split('\n');
  return [lines.length, lines.at(-1).length + 1];
}

function patterns(group) {
  const found = [];
  const tokens = group.match(/<[^>]*>|"[^"]*"|'[^']*'|\?\w+|[\w-]*:[^\s;,.{}()]+|\ba\b|[;.,]|\S+/g) ?? [];
  let [subject, relation] = [null, null];
  for (const token of tokens) {
    if (token === '.' || token === ';' || token === ',') {
      if (token === '.') subject = null;
      if (token !== ',') relation = null;
    } else if (!subject) subject = token;
    else if (!relation) relation = token;
    else found.push([subject, relation, token]);
  }
  return found;
}

function value(token) {
  if (token.startsWith('<')) return token.slice(1, -1);
  if (/^["']/.test(token)) return token.slice(1, -1);
  if (token === 'a') return TYPE;
  if (token === 'rdfs:label') return LABEL;
  if (token.startsWith('wdt:')) return WDT + token.slice(4);
  if (token.startsWith('kgloom:')) return token.replace('kgloom:', 'urn:kgloom:');
  return `urn:kgloom:${token}`;
}

function* quads(world) {
  for (const fact of world.facts.values()) yield [fact.subject, WDT + fact.relation, fact.object];
  for (const entity of world.entities.values()) {
    yield [entity.iri, LABEL, entity.name];
    yield [entity.iri, TYPE, `urn:kgloom:${entity.class}`];
  }
}

/** All of the graph as N-Triples. */
export function triples(world) {
  const term = (text) => (isIri(text) ? `<${text}>` : JSON.stringify(text));
  const others = [...world.entities.values()].flatMap(({ iri, name }) => [...world.names.get(iri)].filter((other) => other !== name).map((other) => [iri, OTHER_LABEL, other]));
  return [...quads(world), ...others].map((quad) => `${quad.map(term).join(' ')} .`);
}

function join(world, rows, pattern) {
  const found = [];
  const all = [...quads(world)];
  for (const row of rows) {
    for (const quad of all) {
      const next = { ...row };
      const fits = pattern.every((token, index) => {
        if (!token.startsWith('?')) return value(token) === quad[index];
        const name = token.slice(1);
        if (name in next && next[name] !== quad[index]) return false;
        next[name] = quad[index];
        return true;
      });
      if (fits) found.push(next);
    }
  }
  return found;
}

export const isIri = (text) => /^(urn:|https?:)/.test(text);

export const json = ({ vars, rows, boolean }) =>
  boolean === undefined
    ? { head: { vars }, results: { bindings: rows.map((row) => Object.fromEntries(vars.filter((name) => name in row).map((name) => [name, { type: isIri(row[name]) ? 'uri' : 'literal', value: row[name] }]))) } }
    : { head: {}, boolean };

export const csv = ({ vars, rows }) => [vars, ...rows.map((row) => vars.map((name) => row[name] ?? ''))].map((cells) => cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')).join('\r\n') + '\r\n';
