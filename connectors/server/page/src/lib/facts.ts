// In: an entity with a page of its facts. Out: its facts by relation, how many there are of each, and the rest of one.
import { ask } from './api';
import type { Counted, Entity, Fact, FullEntity, Term } from './types';

/** Facts of one relation that are shown at once; a few more are not worth a button. */
export const SHOWN = 12;
export const FEW = 3;

export interface Said {
  relation: Term;
  direction: 'out' | 'in';
  value: Term;
}

export interface Group<F extends Said> {
  key: string;
  relation: Term;
  direction: 'out' | 'in';
  facts: F[];
  /** How many there are; more than are here where the server told a part. */
  total: number;
}

/** By relation: what it says itself comes before what is said with it as the tail. */
export function grouped<F extends Said>(facts: F[], counted: Counted[] = []): Group<F>[] {
  const groups = new Map<string, Group<F>>();
  const group = ({ relation, direction }: Counted | F) => {
    const key = `${direction} ${relation.value}`;
    const known = groups.get(key) ?? { key, relation, direction, facts: [], total: 0 };
    groups.set(key, known);
    return known;
  };
  for (const fact of facts) group(fact).facts.push(fact);
  for (const one of counted) group(one).total = one.facts;
  for (const one of groups.values()) one.total = Math.max(one.total, one.facts.length);
  const turned = (one: Group<F>) => (one.direction === 'in' ? 1 : 0);
  return [...groups.values()].sort((one, other) => turned(one) - turned(other));
}

/** Facts of one relation after those that are here. */
export async function moreFacts(iri: string, { relation, direction }: Pick<Group<Fact>, 'relation' | 'direction'>, offset: number, limit: number): Promise<Fact[]> {
  const told = await ask<FullEntity>('entity', { iri, relation: relation.value, direction, offset, limit, documents: 0 });
  return told.facts;
}

/** What nothing is stated of comes after what something is; else the order stays. */
export const factsFirst = (found: Entity[]) => [...found.filter((one) => one.facts > 0), ...found.filter((one) => one.facts === 0)];
