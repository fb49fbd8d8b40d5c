// In: an entity. Out: a correction that it is of another class, which is chosen here.
import { useState } from 'preact/hooks';
import { written } from '../lib/api';
import { correct } from '../lib/correct';
import { useLoaded } from '../lib/load';
import { schema } from '../lib/schema';
import type { FullEntity, SchemaClass } from '../lib/types';
import type { NamedClass } from './beside';
import { ChoiceDialog, type Choice } from './choice-dialog';
import { Busy, Failure } from './notices';
import { Certainty } from './terms';

/** What is of these is a value, and has no name. */
const VALUES = ['urn:kgloom:Time', 'urn:kgloom:Quantity'];
/** From so many classes on there is a filter. */
const MANY = 10;

export function RetypeDialog({ entity, told, onClose }: { entity: FullEntity; told: NamedClass[]; onClose: () => void }) {
  const { data, error, busy } = useLoaded(() => schema(), [written.value]);
  const [filter, setFilter] = useState('');
  const [chosen, setChosen] = useState<Choice | null>(null);
  const own = new Set(entity.classes.map((one) => one.value));
  const classes = data?.classes.filter((one) => !VALUES.includes(one.iri) && !own.has(one.iri)) ?? [];
  const low = filter.trim().toLowerCase();
  const fitting = classes.filter((one) => [one.label, one.short, one.comment ?? ''].some((text) => text.toLowerCase().includes(low)));
  const choice = ({ iri, label, short, comment }: SchemaClass): Choice => {
    const judged = told.find((one) => one.iri === iri);
    return { key: iri, name: label || short, class: label, comment, beside: judged && <Certainty value={judged.probability} word="probability" /> };
  };
  return (
    <ChoiceDialog
      title={`${entity.name} is of class …`}
      note="In all texts that name it so. Facts that the new class does not allow go; take it back at any time."
      label="Class"
      choices={fitting.map(choice)}
      chosen={chosen}
      onChoose={setChosen}
      act={chosen ? `It is of class ${chosen.name}` : 'Retype'}
      onAct={({ key, name }) => correct({ kind: 'retype', name: entity.iri, class: key }, `${entity.name} is of class ${name} now.`)}
      onClose={onClose}
      above={
        <>
          {busy && !data && <Busy />}
          {error && <Failure error={error} />}
          {classes.length >= MANY && (
            <label class="field">
              <span>Filter</span>
              <input type="search" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
            </label>
          )}
        </>
      }
    >
      {data && fitting.length === 0 && <p class="quiet">No other class is called so.</p>}
    </ChoiceDialog>
  );
}
