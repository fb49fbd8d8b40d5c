// In: terms, entities, certainties. Out: links, words and bars. Text only, never markup.
import { slot } from '../lib/colours';
import { documentOf, hundredths, isAnother, isEntity, many, share } from '../lib/names';
import { documentLink, entityLink } from '../lib/route';
import type { Entity, Term } from '../lib/types';

export const ClassDot = ({ name }: { name: string }) => <span class={`dot dot-${slot(name)}`} aria-hidden="true" />;

export function TermLink({ term }: { term: Term }) {
  if (term.type === 'literal') return <span class="literal" title={term.datatype}>{term.label || term.value}</span>;
  const of = documentOf(term.value);
  if (of) return <a href={documentLink(of)}>{of}</a>;
  return <a href={entityLink(term.value)} title={term.short}>{term.label || term.short}</a>;
}

/** A relation's or a class's name, which has no page of its own. */
export const TermName = ({ term }: { term: Term }) => <span title={term.short}>{term.label || term.short}</span>;

export const canOpen = (iri: string) => isEntity(iri) || documentOf(iri) !== null;

export function EntityCard({ entity, note }: { entity: Entity; note?: string }) {
  return (
    <a class="entity-card" href={entityLink(entity.iri)} data-testid="found-entity">
      <span class="entity-card-name">{entity.name}</span>
      <span class="entity-card-note">
        <ClassDot name={entity.class} />
        {entity.class} · {many(entity.facts, 'fact')}
        {isAnother(entity.iri) && ' · another of this name'}
        {note ? ` · ${note}` : ''}
      </span>
    </a>
  );
}

/** How certain, as a number and as a bar. */
export function Certainty({ value, word = 'certainty', text }: { value: number; word?: string; text?: string }) {
  const part = share(value);
  return (
    <span class={`certainty ${word === 'probability' ? 'foreseen' : ''}`} title={`${word} ${text ?? part.toFixed(2)}`}>
      <svg viewBox="0 0 40 6" width="40" height="6" aria-hidden="true" preserveAspectRatio="none">
        <rect class="bar-ground" width="40" height="6" rx="3" />
        <rect class="bar" width={Math.max(2, 40 * part)} height="6" rx="3" />
      </svg>
      <span class="sr-only">{word} </span>
      <span class="number">{text ?? hundredths(value)}</span>
    </span>
  );
}
