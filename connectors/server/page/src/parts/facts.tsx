// In: an entity's facts. Out: they by relation, a few of each at once, each with its certainty, its sentences and the buttons to correct it.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { correct } from '../lib/correct';
import { FEW, SHOWN, grouped, moreFacts, type Group, type Said } from '../lib/facts';
import { count, many } from '../lib/names';
import { fail, say } from '../lib/notice';
import { keepPlace } from '../lib/place';
import type { Fact, FullEntity, PredictedFact } from '../lib/types';
import { Why } from './explanation';
import { Certainty, TermLink, TermName } from './terms';

/** Relations that are shown at once. */
const RELATIONS = 30;
/** How many more one press brings. */
const STEP = 100;

const triple = (entity: FullEntity, fact: Said) =>
  fact.direction === 'out'
    ? { subject: entity.iri, relation: fact.relation.value, object: fact.value.value }
    : { subject: fact.value.value, relation: fact.relation.value, object: entity.iri };

const spoken = (entity: FullEntity, fact: Said) => {
  const ends = [entity.name, fact.value.label || fact.value.value];
  if (fact.direction === 'in') ends.reverse();
  return `${ends[0]}, ${fact.relation.label}, ${ends[1]}`;
};

/** The fact goes with the button that rejects it. */
const wrong = (said: { subject: string; relation: string; object: string }) => (event: MouseEvent) => {
  keepPlace(event.currentTarget as HTMLElement);
  void correct({ kind: 'reject', ...said }, 'Noted as wrong.');
};

function GroupName({ group }: { group: Group<Said> }) {
  return (
    <h3 class="group-name">
      <TermName term={group.relation} />
      {group.direction === 'in' && (
        <span class="turned" title="It is the tail of these facts">
          of
        </span>
      )}
      {group.total > SHOWN && <span class="group-count">{count(group.total)}</span>}
    </h3>
  );
}

export function Facts({ entity }: { entity: FullEntity }) {
  const groups = useMemo(() => grouped(entity.facts, entity.relations), [entity]);
  const [shown, setShown] = useState(RELATIONS);
  // Lists count what is stated; how much more follows is known where all facts are here.
  const follow = entity.facts.length === entity.total ? entity.facts.filter((fact) => fact.entailed).length : 0;
  return (
    <>
      <h2 data-testid="fact-count">
        {many(entity.total, 'fact')}
        {follow > 0 && <span class="count">{follow === 1 ? '1 of them follows from others' : `${count(follow)} of them follow from others`}</span>}
      </h2>
      {entity.total === 0 && <p class="quiet">The graph states nothing of it.</p>}
      <div class="groups" data-testid="facts">
        {groups.slice(0, shown).map((group) => (
          <FactGroup key={group.key} group={group} entity={entity} />
        ))}
      </div>
      {groups.length > shown && (
        <button type="button" onClick={() => setShown(groups.length)}>
          Show all {count(groups.length)} relations
        </button>
      )}
    </>
  );
}

function FactGroup({ group, entity }: { group: Group<Fact>; entity: FullEntity }) {
  const [most, setMost] = useState(SHOWN);
  const shown = Math.max(most, group.total <= SHOWN + FEW ? group.total : 0);
  const [fetched, setFetched] = useState<Fact[]>([]);
  const [busy, setBusy] = useState(false);
  useEffect(() => setFetched([]), [entity]);
  const here = fetched.length ? [...group.facts, ...fetched] : group.facts;
  const left = group.total - Math.min(shown, here.length);
  const more = async () => {
    const wanted = Math.min(shown + STEP, group.total);
    if (wanted > here.length) {
      setBusy(true);
      try {
        setFetched([...fetched, ...(await moreFacts(entity.iri, group, here.length, wanted - here.length))]);
      } catch (error) {
        fail(error);
        return;
      } finally {
        setBusy(false);
      }
    }
    setMost(wanted);
    say(`${many(wanted, 'fact')} of ${count(group.total)} shown`);
  };
  return (
    <div class="group">
      <GroupName group={group} />
      <ul>
        {here.slice(0, shown).map((fact) => (
          <FactRow key={`${fact.value.value} ${fact.value.datatype ?? ''}`} fact={fact} entity={entity} />
        ))}
        {left > 0 && (
          <li class="more">
            <button type="button" class="small" disabled={busy} onClick={() => void more()}>
              {busy ? 'Loading …' : `Show ${count(Math.min(STEP, left))} more`}
              <span class="sr-only"> of {group.relation.label}</span>
            </button>
            <span class="quiet">{count(left)} left</span>
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
          <button type="button" class="small" aria-label={`Wrong: ${words}`} title="This is not so" onClick={wrong(said)}>
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
      <p class="quiet">
        No text says so. The graph's pattern makes it probable.
        {entity.predicted_total > entity.predicted.length && ` These are the ${count(entity.predicted.length)} most probable of ${count(entity.predicted_total)}.`}
      </p>
      <div class="groups">
        {grouped(entity.predicted).map((group) => (
          <PredictedGroup key={group.key} group={group} entity={entity} />
        ))}
      </div>
    </section>
  );
}

function PredictedGroup({ group, entity }: { group: Group<PredictedFact>; entity: FullEntity }) {
  const [shown, setShown] = useState(SHOWN);
  return (
    <div class="group">
      <GroupName group={group} />
      <ul>
        {group.facts.slice(0, shown).map((fact) => (
          <PredictedRow key={fact.value.value} fact={fact} entity={entity} />
        ))}
        {group.facts.length > shown && (
          <li class="more">
            <button type="button" class="small" onClick={() => setShown(shown + STEP)}>
              Show more
              <span class="sr-only"> of {group.relation.label}</span>
            </button>
          </li>
        )}
      </ul>
    </div>
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
          <button type="button" class="small" aria-label={`Wrong: ${words}`} onClick={wrong(said)}>
            wrong
          </button>
          <button type="button" class="small" aria-label={`Right: ${words}`} onClick={() => void correct({ kind: 'assert', ...said }, 'Noted as right.')}>
            right
          </button>
        </span>
      </div>
      <Because evidence={fact.evidence} />
    </li>
  );
}

/** What speaks for something, folded. */
export function Because({ evidence }: { evidence: string[] }) {
  if (evidence.length === 0) return null;
  return (
    <details class="because">
      <summary>because</summary>
      <ul>
        {evidence.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </details>
  );
}
