// In: neighbourhoods, or rows of a query. Out: nodes and edges to draw, at most LIMIT nodes.
import { isEntity, lastPart, shorten } from '../lib/names';
import type { Edge, Entity, Neighbourhood, Row, Rows } from '../lib/types';

export const LIMIT = 300;

export interface Picture {
  nodes: Map<string, Entity>;
  edges: Map<string, Edge>;
  /** Whether there is more than is drawn. */
  more: boolean;
}

const edgeKey = (edge: Edge) => `${edge.from} ${edge.relation.value} ${edge.to}${edge.predicted ? ' ?' : ''}`;

export const fromNeighbourhood = (around: Neighbourhood) => merged({ nodes: new Map(), edges: new Map(), more: false }, around);

export function merged(old: Picture, around: Neighbourhood): Picture {
  const nodes = new Map(old.nodes);
  const edges = new Map(old.edges);
  let more = around.more;
  for (const node of around.nodes) {
    // What a query named only by its IRI gets its name and class now.
    if (nodes.has(node.iri) || nodes.size < LIMIT) nodes.set(node.iri, node);
    else more = true;
  }
  for (const edge of around.edges) if (nodes.has(edge.from) && nodes.has(edge.to)) edges.set(edgeKey(edge), edge);
  return { nodes, edges, more };
}

const classOf = (iri: string) => {
  const word = /^urn:kgloom:([a-z]+):/.exec(iri)?.[1];
  return word ? word[0].toUpperCase() + word.slice(1) : 'Other';
};

export const drawable = (rows: Rows) => rows.rows.some((row) => rows.vars.some((name) => row[name]?.type === 'uri' && isEntity(row[name].value)));

/** Rows as a picture: relations between variables where the query names them, else neighbours in the row. */
export function fromRows(rows: Rows, query: string, names: Map<string, string>, labels: Map<string, string> = new Map()): Picture {
  const picture: Picture = { nodes: new Map(), edges: new Map(), more: false };
  const patterns = patternsOf(query).filter(([head, , tail]) => rows.vars.includes(head) && rows.vars.includes(tail));
  for (const row of rows.rows) {
    const entities = rows.vars.filter((name) => row[name]?.type === 'uri' && isEntity(row[name].value));
    for (const name of entities) if (!add(picture, row[name]!.value, labels.get(row[name]!.value) ?? labelOf(row, name))) return picture;
    const between = (head: string, relation: string, tail: string) => connect(picture, row[head]?.value, relation, row[tail]?.value, names);
    const stated = rows.vars.length === 3 && row[rows.vars[1]]?.type === 'uri' && !isEntity(row[rows.vars[1]]!.value);
    if (stated) between(rows.vars[0], row[rows.vars[1]]!.value, rows.vars[2]);
    else if (patterns.length) patterns.forEach(([head, relation, tail]) => between(head, relation, tail));
    else entities.slice(1).forEach((name, index) => between(entities[index], name, name));
  }
  return picture;
}

/** A column such as ?personLabel or ?person_name says what ?person is called. */
const labelOf = (row: Row, name: string) => [`${name}Label`, `${name}Name`, `${name}_label`, `${name}_name`].map((other) => row[other]?.value).find(Boolean);

function add(picture: Picture, iri: string, name?: string): boolean {
  if (picture.nodes.has(iri)) return true;
  if (picture.nodes.size >= LIMIT) {
    picture.more = true;
    return false;
  }
  picture.nodes.set(iri, { iri, short: shorten(iri), name: name ?? lastPart(iri), class: classOf(iri), facts: 0 });
  return true;
}

function connect(picture: Picture, from: string | undefined, relation: string, to: string | undefined, names: Map<string, string>) {
  if (!from || !to || !picture.nodes.has(from) || !picture.nodes.has(to)) return;
  const short = shorten(relation.replace(/^<|>$/g, ''));
  const edge: Edge = { from, to, relation: { type: 'uri', value: relation, short, label: names.get(short) ?? short }, predicted: false, certainty: null };
  picture.edges.set(edgeKey(edge), edge);
}

/** `?head relation ?tail` in a query, also after `;`. Paths and other forms are left out. */
export function patternsOf(query: string): [string, string, string][] {
  const found: [string, string, string][] = [];
  const bare = query.replace(/"[^"\n]*"/g, '""').replace(/(^|\s)#[^\n]*/g, ' ');
  for (const statement of bare.split(/\s\.(?=\s|$|\})|[{}]/)) {
    let head = '';
    for (const part of statement.split(/;(?=\s|$)/)) {
      const full = /\?(\w+)\s+([\w-]+:[\w-]+|<[^>]+>)\s+\?(\w+)/.exec(part);
      const half = /^\s*([\w-]+:[\w-]+|<[^>]+>)\s+\?(\w+)/.exec(part);
      if (full && (!head || !half)) {
        head = full[1];
        found.push([full[1], full[2], full[3]]);
      } else if (half && head) found.push([head, half[1], half[2]]);
      else head = /\?(\w+)/.exec(part)?.[1] ?? head;
    }
  }
  return found;
}
