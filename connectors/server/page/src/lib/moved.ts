// In: a thing that is looked at, and what a write changed. Out: the same thing under the IRI that it has now.
import { route, settle } from './route';
import { triples } from './triples';
import type { Written } from './types';

const LABEL = 'http://www.w3.org/2000/01/rdf-schema#label';
const OTHER_LABEL = 'http://www.w3.org/2004/02/skos/core#altLabel';

/** Who bears now the name of a thing that went, or else stands in most of the facts that were its own; none where it did not go. */
export function successor(iri: string, { came = [], went = [] }: Pick<Written, 'came' | 'went'>): string | null {
  const gone = triples(went.join('\n')).filter((triple) => triple.subject.value === iri);
  const name = gone.find((triple) => triple.predicate.value === LABEL)?.object.value;
  if (name === undefined) return null;
  const arrived = triples(came.join('\n')).filter((triple) => triple.subject.value !== iri);
  for (const label of [LABEL, OTHER_LABEL]) {
    const bearer = arrived.find((triple) => triple.predicate.value === label && triple.object.value === name);
    if (bearer) return bearer.subject.value;
  }
  const own = new Set(gone.map(({ predicate, object }) => `${predicate.value} ${object.value}`));
  const shared = new Map<string, number>();
  for (const { subject, predicate, object } of arrived) {
    if (own.has(`${predicate.value} ${object.value}`)) shared.set(subject.value, (shared.get(subject.value) ?? 0) + 1);
  }
  return [...shared].sort((one, other) => other[1] - one[1])[0]?.[0] ?? null;
}

/** The page of a thing whose IRI a correction changed goes on under the new one. */
export function follow(written: Written) {
  const { view, parameters } = route.value;
  const next = view === 'entity' && parameters.iri ? successor(parameters.iri, written) : null;
  if (next) settle('entity', { iri: next });
}
