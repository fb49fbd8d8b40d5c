// In: an entity. Out: a correction that it is, or is not, the same as another one that is looked up here, or as one of its own names.
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../lib/api';
import { correct } from '../lib/correct';
import { many } from '../lib/names';
import type { Entity, FullEntity } from '../lib/types';
import { Dialog } from './dialog';
import { ClassDot } from './terms';

/** Documents that a correction may be kept to. */
const DOCUMENTS = 200;

interface Other {
  /** What the server is told: an IRI, or a name that the texts have it by. */
  key: string;
  name: string;
  class?: string;
  note: string;
}

export function SameDialog({ entity, kind, onClose }: { entity: FullEntity; kind: 'same' | 'different'; onClose: () => void }) {
  const [text, setText] = useState('');
  const [found, setFound] = useState<Entity[] | null>(null);
  const [other, setOther] = useState<Other | null>(null);
  const [document, setDocument] = useState('');
  const wanted = text.trim();
  useEffect(() => {
    setFound(null);
    if (!wanted) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      ask<{ found: Entity[] }>('find', { text: wanted, limit: 8 }, controller.signal).then(
        (answer) => controller.signal.aborted || setFound(answer.found.filter((one) => one.iri !== entity.iri)),
        () => controller.signal.aborted || setFound([]),
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [wanted]);
  // Texts that join two things give the one the other's name: that name may be taken from it.
  const own = kind === 'different' && !wanted ? entity.names.filter((name) => name !== entity.name) : [];
  const others: Other[] = [
    ...own.map((name) => ({ key: name, name, note: 'a name that it has now' })),
    ...(found ?? []).map((one) => ({ key: one.iri, name: one.name, class: one.class, note: `${one.class} · ${many(one.facts, 'fact')}` })),
  ];
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!other) return;
    onClose();
    const wanted = { kind, one: entity.iri, other: other.key, document: document || undefined };
    await correct(wanted, kind === 'same' ? `${entity.name} and ${other.name} are one.` : `${entity.name} and ${other.name} are two.`);
  };
  return (
    <Dialog title={kind === 'same' ? `${entity.name} is the same as …` : `${entity.name} is not the same as …`} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <p class="quiet">{kind === 'same' ? 'Both become one thing, with the facts and the names of both.' : 'From now on no text makes them one.'} You can take it back at any time.</p>
        <label class="field">
          <span>Name of the other entity</span>
          <input
            autocomplete="off"
            autofocus
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value);
              setOther(null);
            }}
          />
        </label>
        <div role="radiogroup" aria-label="The other entity">
          <ul class="choices">
            {others.map((one) => (
              <li key={one.key}>
                <label>
                  <input type="radio" name="other" checked={other?.key === one.key} onChange={() => setOther(one)} />
                  {one.class && <ClassDot name={one.class} />}
                  <span class="grow">{one.name}</span>
                  <span class="quiet">{one.note}</span>
                </label>
              </li>
            ))}
          </ul>
        </div>
        {wanted && found?.length === 0 && (
          <p class="quiet" role="status">
            No other entity is called so.
          </p>
        )}
        {kind === 'different' && entity.documents.length > 0 && (
          <label class="field">
            <span>Where</span>
            <select value={document} onChange={(event) => setDocument(event.currentTarget.value)}>
              <option value="">in all documents</option>
              {entity.documents.slice(0, DOCUMENTS).map((one) => (
                <option key={one.id} value={one.id}>
                  only in {one.id}
                </option>
              ))}
            </select>
          </label>
        )}
        <div class="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={!other}>
            {kind === 'same' ? 'They are one' : 'They are two'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
