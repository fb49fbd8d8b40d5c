// In: a thing or a document. Out: what is told beside the graph of it, where anything is: its classes by probability, rows of tables
// that mean it, how odd it is.
import { written } from '../lib/api';
import { matchedRows, oddness, toldClasses, type MatchedRow, type Oddness, type ToldClass } from '../lib/beside';
import { correct } from '../lib/correct';
import { useLoaded } from '../lib/load';
import { documentIri, lastPart, many } from '../lib/names';
import { schema } from '../lib/schema';
import type { Term } from '../lib/types';
import { Because } from './facts';
import { Certainty, ClassDot } from './terms';

/** Below this a probability is hardly worth a line. */
const FAINT = 0.05;

export interface NamedClass extends ToldClass {
  label: string;
}

/** The classes that a typer tells of a thing, with their labels. */
export function useToldClasses(iri: string): NamedClass[] {
  const load = async (abort: AbortSignal) => {
    const told = await toldClasses(iri, abort);
    if (told.length === 0) return [];
    const labels = new Map((await schema()).classes.map((one) => [one.iri, one.label]));
    return told.map((one) => ({ ...one, label: labels.get(one.iri) || lastPart(one.iri) }));
  };
  return useLoaded(load, [iri, written.value]).data ?? [];
}

export function ToldClasses({ told, stated, what }: { told: NamedClass[]; stated: Term[]; what: string }) {
  const worth = told.filter((one) => one.probability >= FAINT || stated.some((term) => term.value === one.iri));
  if (worth.length === 0) return null;
  return (
    <section aria-labelledby="told-classes" data-testid="told-classes">
      <h2 id="told-classes">{what}</h2>
      <ul class="list">
        {worth.map((one) => (
          <li key={one.iri}>
            <span class="grow">
              <ClassDot name={one.label} />
              {one.label}
              {stated.some((term) => term.value === one.iri) && <span class="chip follows">stated</span>}
            </span>
            <Certainty value={one.probability} word="probability" />
            <Because evidence={one.evidence} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function MatchedRows({ iri, name }: { iri: string; name: string }) {
  const { data } = useLoaded((abort) => matchedRows(iri, abort), [iri, written.value]);
  if (!data || data.length === 0) return null;
  return (
    <section aria-labelledby="matched" data-testid="matched">
      <h2 id="matched">{many(data.length, 'row')} of tables {data.length === 1 ? 'means' : 'mean'} this</h2>
      <ul class="list">
        {data.map((one) => (
          <li key={one.iri}>
            <RowName row={one} />
            <Certainty value={one.probability} word="probability" />
            <span class="fact-tools">
              <button type="button" class="small" aria-label={`Wrong: ${one.row} means ${name}`} title="The row does not mean this" onClick={() => void correct({ kind: 'different', one: one.iri, other: iri }, 'Noted: the row means something else.')}>
                wrong
              </button>
              <button type="button" class="small" aria-label={`Right: ${one.row} means ${name}`} title="The row means this" onClick={() => void correct({ kind: 'same', one: one.iri, other: iri }, 'Noted: the row means this.')}>
                right
              </button>
            </span>
            <Because evidence={one.evidence} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function RowName({ row }: { row: MatchedRow }) {
  return (
    <span class="grow break" title={row.iri}>
      {row.table ? (
        <>
          row <b>{row.row}</b> of {row.table}
        </>
      ) : (
        <code>{row.row}</code>
      )}
      <span class={`chip ${row.exact ? 'follows' : ''}`}>{row.exact ? 'exact' : 'close'}</span>
    </span>
  );
}

export function useOddness(ids: string[]): Map<string, Oddness> {
  const { data } = useLoaded((abort) => oddness(ids, abort), [ids.join('\n'), written.value]);
  return data ?? new Map();
}

/** From here on a document lies where hardly any other does. */
export const isOdd = ({ novelty }: Oddness) => novelty >= 0.99;

/** How odd a document is, in words. */
export function Odd({ odd }: { odd: Oddness }) {
  return (
    <dl class="odd" data-testid="odd">
      <div>
        <dt>novelty</dt>
        <dd>
          <Certainty value={odd.novelty} word="novelty" /> <span class="quiet">{Math.round(odd.novelty * 1000) / 10}% of the usual documents have nearer neighbours{isOdd(odd) ? ': it is unlike the others' : ''}</span>
        </dd>
      </div>
      <div>
        <dt>depth</dt>
        <dd>
          <Certainty value={odd.depth / 2} word="depth, of 2," text={odd.depth.toFixed(2)} /> <span class="quiet">0 lies at the rim of what is usual, 2 in its middle</span>
        </dd>
      </div>
    </dl>
  );
}

export function DocumentTopics({ id }: { id: string }) {
  return <ToldClasses told={useToldClasses(documentIri(id))} stated={[]} what="What it is about" />;
}
