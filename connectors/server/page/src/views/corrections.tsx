// In: nothing. Out: what was corrected, and a way to take each back.
import { ask, written } from '../lib/api';
import { takeBack } from '../lib/correct';
import { useLoaded } from '../lib/load';
import { count, many } from '../lib/names';
import { keepPlace } from '../lib/place';
import { schema } from '../lib/schema';
import type { Correction } from '../lib/types';
import { Busy, Failure } from '../parts/notices';
import { ClassDot } from '../parts/terms';

export function Corrections() {
  const { data, error, busy } = useLoaded((abort) => ask<{ corrections: Correction[] }>('corrections', {}, abort), [written.value]);
  const labels = useLoaded(() => schema().then(({ relations }) => new Map(relations.map((known) => [known.short.replace(/^.*:/, ''), known.label]))), [written.value]);
  return (
    <section>
      <h1>Corrections {data && <span class="count">{count(data.corrections.length)}</span>}</h1>
      <p class="lead">What readers hold against the texts, or add to them. Each stays until it is taken back.</p>
      {busy && !data && <Busy />}
      {error && <Failure error={error} />}
      {data && data.corrections.length === 0 && <p class="card empty">There are none. An entity's facts have the buttons “wrong” and “right”; the entity itself “Retype”, “Same as” and “Not the same as”.</p>}
      {data && data.corrections.length > 0 && (
        <ul class="list" data-testid="corrections">
          {data.corrections.map((one) => (
            <li key={one.id}>
              <span class={`chip ${one.kind === 'reject' ? 'bad' : ''}`}>{one.kind}</span>
              <span class="grow">
                <Said text={one.text ?? one.says ?? ''} kind={one.kind} labels={labels.data ?? new Map()} />
                {one.source && <span class="quiet">, on the word of “{one.source}”</span>}
                {one.applies === false && <span class="quiet"> · nothing to change now</span>}
                {one.documents && one.documents.length > 0 && <span class="quiet"> · holds in {many(one.documents.length, 'document')}</span>}
              </span>
              <button
                type="button"
                class="small"
                aria-label={`Take back: ${one.text ?? one.says}`}
                onClick={(event) => {
                  keepPlace(event.currentTarget);
                  void takeBack(one.id);
                }}
              >
                Take back
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What a correction says, `reject Person "Ada" P108 Organization "Lumenta"`: names with their class's colour, relations by label. */
function Said({ text, kind, labels }: { text: string; kind: string; labels: Map<string, string> }) {
  const rest = text.startsWith(`${kind} `) ? text.slice(kind.length + 1) : text;
  const parts = [...rest.matchAll(/([A-Z]\d+)(?=\s|$)|(\p{Lu}\S*) "((?:[^"\\]|\\.)*)"|"((?:[^"\\]|\\.)*)"|\S+/gsu)];
  return (
    <span class="said">
      {parts.map(([whole, relation, of, name, value], index) =>
        name !== undefined ? (
          <span key={index} class="said-name" title={of}>
            <ClassDot name={of} />
            {name}
          </span>
        ) : (
          <span key={index} class={relation ? 'relation' : ''}>
            {relation ? (labels.get(relation) ?? relation) : (value ?? whole)}
          </span>
        ),
      )}
    </span>
  );
}
