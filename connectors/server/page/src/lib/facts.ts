// In: an entity as the server tells it, which is cut where it is large. Out: its facts by relation, how many there are, and the rest.
import { lastPart, shorten } from './names';
import { named, values } from './sparql';
import type { Fact, FullEntity, Term } from './types';

/** Facts in one direction from which on the server may have left some out. */
const CUT = 500;

export interface Said {
  relation: Term;
  direction: 'out' | 'in';
  value: Term;
}

export interface Counted {
  relation: string;
  direction: 'out' | 'in';
  facts: number;
}

export interface Group<F extends Said> {
  key: string;
  relation: Term;
  direction: 'out' | 'in';
  facts: F[];
  /** How many there are; more than are here where the server told a part. */
  total: number;
}

const keyOf = (direction: string, relation: string) => `${direction} ${relation}`;

/** By relation: what it says itself comes before what is said with it as the tail. */
export function grouped<F extends Said>(facts: F[], counted: Counted[] = [], terms: Map<string, Term> = new Map()): Group<F>[] {
  const groups = new Map<string, Group<F>>();
  for (const fact of facts) {
    const key = keyOf(fact.direction, fact.relation.value);
    const group = groups.get(key);
    if (group) group.facts.push(fact);
    else groups.set(key, { key, relation: fact.relation, direction: fact.direction, facts: [fact], total: 0 });
  }
  for (const { relation, direction, facts: total } of counted) {
    const key = keyOf(direction, relation);
    const group = groups.get(key);
    if (group) group.total = total + group.facts.filter((fact) => (fact as Partial<Fact>).entailed).length;
    else groups.set(key, { key, relation: terms.get(relation) ?? iriTerm(relation, lastPart(relation)), direction, facts: [], total });
  }
  for (const group of groups.values()) group.total = Math.max(group.total, group.facts.length);
  const turned = (group: Group<F>) => (group.direction === 'in' ? 1 : 0);
  return [...groups.values()].sort((one, other) => turned(one) - turned(other));
}

export const iriTerm = (value: string, label: string): Term => ({ type: 'uri', value, short: shorten(value), label });

/** Whether the server may know more facts than it told. */
export function isCut(entity: FullEntity): boolean {
  const stated = (direction: string) => entity.facts.filter((fact) => fact.direction === direction && !fact.entailed).length;
  return stated('out') >= CUT || stated('in') >= CUT;
}

export async function countFacts(iri: string, abort: AbortSignal): Promise<Counted[]> {
  const one = named(iri);
  const rows = await values(
    `SELECT ?direction ?relation (COUNT(*) AS ?facts) { { ${one} ?relation ?value FILTER(?relation NOT IN (rdf:type, rdfs:label, skos:altLabel)) BIND("out" AS ?direction) } UNION { ?value ?relation ${one} FILTER(?relation != rdf:type) BIND("in" AS ?direction) } } GROUP BY ?direction ?relation`,
    abort,
  );
  return rows.map((row) => ({ relation: row.relation!, direction: row.direction as 'out' | 'in', facts: Number(row.facts) }));
}

/** Facts of one relation after those that are shown, in the server's order. */
export async function moreFacts(iri: string, { relation, direction }: Pick<Group<Fact>, 'relation' | 'direction'>, after: number, most: number, abort: AbortSignal): Promise<Fact[]> {
  const fact = direction === 'out' ? `${named(iri)} ${named(relation.value)} ?value` : `?value ${named(relation.value)} ${named(iri)}`;
  const rows = await values(
    `SELECT ?value (SAMPLE(?label) AS ?name) (DATATYPE(?value) AS ?type) (COUNT(DISTINCT ?document) AS ?documents) { { SELECT ?value { ${fact} } ORDER BY ?value LIMIT ${most} OFFSET ${after} } OPTIONAL { ?value rdfs:label ?label } OPTIONAL { GRAPH ?document { ${fact} } FILTER(STRSTARTS(STR(?document), "urn:kgloom:document:")) } } GROUP BY ?value ORDER BY ?value`,
    abort,
  );
  return rows.map((row) => {
    const text = row.value!;
    const value: Term = row.type ? { type: 'literal', value: text, short: text, label: text, datatype: row.type } : iriTerm(text, row.name ?? lastPart(text));
    return { relation, direction, value, certainty: null, documents: Number(row.documents ?? 0), entailed: false };
  });
}
