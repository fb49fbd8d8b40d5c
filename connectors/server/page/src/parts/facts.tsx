// In: an entity's facts. Out: they by relation, each with its certainty, its sentences and the buttons to correct it.
import { useState } from 'preact/hooks';
import { correct } from '../lib/correct';
import { many } from '../lib/names';
import type { Fact, FullEntity, PredictedFact, Term } from '../lib/types';
import { Why } from './explanation';
import { Certainty, TermLink, TermName } from './terms';

/** Tails of one relation that are shown at once. */
const SHOWN = 12;

interface Said {
  relation: Term;
  direction: 'out' | 'in';
  value: Term;
}

function grouped<F extends Said>(facts: F[]): F[][] {
  const groups = new Map<string, F[]>();
  for (const fact of facts) {
    const key = `${fact.direction} ${fact.relation.value}`;
    const group = groups.get(key);
    if (group) group.push(fact);
    else groups.set(key, [fact]);
  }
  // What it says itself comes before what is said with it as the tail.
  const turned = (group: F[]) => (group[0].direction === 'in' ? 1 : 0);
  return [...groups.values()].sort((one, other) => turned(one) - turned(other));
}

const triple = (entity: FullEntity, fact: Said) =>
  fact.direction === 'out'
    ? { subject: entity.iri, relation: fact.relation.value, object: fact.value.value }
    : { subject: fact.value.value, relation: fact.relation.value, object: entity.iri };

const spoken = (entity: FullEntity, fact: Said) => {
  const ends = [entity.name, fact.value.label || fact.value.value];
  if (fact.direction === 'in') ends.reverse();
  return `${ends[0]}, ${fact.relation.label}, ${ends[1]}`;
};

function GroupName({ fact }: { fact: Said }) {
  return (
    <h3 class="group-name">
      <TermName term={fact.relation} />
      {fact.direction === 'in' && (
        <span class="turned" title="It is the tail of these facts">
          of
        </span>
      )}
    </h3>
  );
}

export function FactGroups({ entity }: { entity: FullEntity }) {
  return (
    <div class="groups" data-testid="facts">
      {grouped(entity.facts).map((group) => (
        <Group key={`${group[0].direction} ${group[0].relation.value}`} group={group} entity={entity} />
      ))}
    </div>
  );
}

function Group({ group, entity }: { group: Fact[]; entity: FullEntity }) {
  const [all, setAll] = useState(false);
  const shown = all ? group : group.slice(0, SHOWN);
  return (
    <div class="group">
      <GroupName fact={group[0]} />
      <ul>
        {shown.map((fact) => (
          <FactRow key={`${fact.value.value} ${fact.value.datatype ?? ''}`} fact={fact} entity={entity} />
        ))}
        {shown.length < group.length && (
          <li>
            <button type="button" class="small" onClick={() => setAll(true)}>
              Show all {group.length}
            </button>
          </li>
        )}
      </ul>
    </div>
  );
}

function FactRow({ fact, entity }: { fact: Fact; entity: FullEntity }) {
  const [open, setOpen] = useState(false);
  const said = triple(entity, fact);
  const words = spoken(entity, fact);
  return (
    <li class={`fact ${fact.entailed ? 'entailed' : ''}`} data-testid="fact">
      <div class="fact-row">
        <span class="fact-value">
          <TermLink term={fact.value} />
          {fact.entailed && <span class="chip follows">follows</span>}
        </span>
        <span class="fact-measure">
          {fact.certainty !== null && <Certainty value={fact.certainty} />}
          {fact.documents > 0 && <span class="quiet">{many(fact.documents, 'document')}</span>}
        </span>
        <span class="fact-tools">
          <button type="button" class="small" aria-expanded={open} aria-label={`Why? ${words}`} onClick={() => setOpen(!open)}>
            why?
          </button>
          <button type="button" class="small" aria-label={`Wrong: ${words}`} title="This is not so" onClick={() => void correct({ kind: 'reject', ...said }, 'Noted as wrong.')}>
            wrong
          </button>
          <button type="button" class="small" aria-label={`Right: ${words}`} title="This is so, whatever becomes of the texts" onClick={() => void correct({ kind: 'assert', ...said }, 'Noted as right.')}>
            right
          </button>
        </span>
      </div>
      {open && <Why {...said} />}
    </li>
  );
}

export function PredictedFacts({ entity }: { entity: FullEntity }) {
  return (
    <section class="predicted" aria-labelledby="predicted" data-testid="predicted">
      <h2 id="predicted">Predicted, not stated</h2>
      <p class="quiet">No text says so. The graph's pattern makes it probable.</p>
      <div class="groups">
        {grouped(entity.predicted).map((group) => (
          <div class="group" key={`${group[0].direction} ${group[0].relation.value}`}>
            <GroupName fact={group[0]} />
            <ul>
              {group.map((fact) => (
                <PredictedRow key={fact.value.value} fact={fact} entity={entity} />
              ))}
            </ul>
          </div>
        ))}
      </div>
    </section>
  );
}

function PredictedRow({ fact, entity }: { fact: PredictedFact; entity: FullEntity }) {
  const words = spoken(entity, fact);
  const said = triple(entity, fact);
  return (
    <li class="fact foreseen">
      <div class="fact-row">
        <span class="fact-value">
          <TermLink term={fact.value} />
        </span>
        <span class="fact-measure">
          <Certainty value={fact.probability} word="probability" />
        </span>
        <span class="fact-tools">
          <button type="button" class="small" aria-label={`Wrong: ${words}`} onClick={() => void correct({ kind: 'reject', ...said }, 'Noted as wrong.')}>
            wrong
          </button>
          <button type="button" class="small" aria-label={`Right: ${words}`} onClick={() => void correct({ kind: 'assert', ...said }, 'Noted as right.')}>
            right
          </button>
        </span>
      </div>
      {fact.evidence.length > 0 && (
        <details class="because">
          <summary>because</summary>
          <ul>
            {fact.evidence.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
