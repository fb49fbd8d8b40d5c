// In: an entity. Out: a correction that it is of another class, which is chosen here.
import { useState } from 'preact/hooks';
import { written } from '../lib/api';
import { correct } from '../lib/correct';
import { useLoaded } from '../lib/load';
import { schema } from '../lib/schema';
import type { FullEntity, SchemaClass } from '../lib/types';
import type { NamedClass } from './beside';
import { Dialog } from './dialog';
import { Busy, Failure } from './notices';
import { Certainty, ClassDot } from './terms';

/** What is of these is a value, and has no name. */
const VALUES = ['urn:kgloom:Time', 'urn:kgloom:Quantity'];
/** From so many classes on there is a filter. */
const MANY = 10;

export function RetypeDialog({ entity, told, onClose }: { entity: FullEntity; told: NamedClass[]; onClose: () => void }) {
  const { data, error, busy } = useLoaded(() => schema(), [written.value]);
  const [filter, setFilter] = useState('');
  const [chosen, setChosen] = useState<SchemaClass | null>(null);
  const own = new Set(entity.classes.map((one) => one.value));
  const classes = data?.classes.filter((one) => !VALUES.includes(one.iri) && !own.has(one.iri)) ?? [];
  const low = filter.trim().toLowerCase();
  const fitting = classes.filter((one) => [one.label, one.short, one.comment ?? ''].some((text) => text.toLowerCase().includes(low)));
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!chosen) return;
    onClose();
    await correct({ kind: 'retype', name: entity.iri, class: chosen.iri }, `${entity.name} is of class ${chosen.label || chosen.short} now.`);
  };
  return (
    <Dialog title={`${entity.name} is of class …`} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <p class="quiet">In all texts that name it so. Facts that the new class does not allow go; take it back at any time.</p>
        {busy && !data && <Busy />}
        {error && <Failure error={error} />}
        {classes.length >= MANY && (
          <label class="field">
            <span>Filter</span>
            <input type="search" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
          </label>
        )}
        <div role="radiogroup" aria-label="Class">
          <ul class="choices">
            {fitting.map((one) => (
              <li key={one.iri}>
                <label>
                  <input type="radio" name="class" checked={chosen?.iri === one.iri} onChange={() => setChosen(one)} />
                  <ClassDot name={one.label} />
                  <span class="grow">
                    {one.label || one.short}
                    {one.comment && <span class="quiet comment">{one.comment}</span>}
                  </span>
                  <Probability told={told.find((judged) => judged.iri === one.iri)} />
                </label>
              </li>
            ))}
          </ul>
        </div>
        {data && fitting.length === 0 && <p class="quiet">No other class is called so.</p>}
        <div class="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={!chosen}>
            {chosen ? `It is of class ${chosen.label || chosen.short}` : 'Retype'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const Probability = ({ told }: { told: NamedClass | undefined }) => (told ? <Certainty value={told.probability} word="probability" /> : null);
