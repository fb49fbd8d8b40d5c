// In: an entity. Out: a correction that it is, or is not, the same as another one that is looked up here, or as one of its own names.
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../lib/api';
import { correct } from '../lib/correct';
import { useLoaded } from '../lib/load';
import { many } from '../lib/names';
import type { Entity, FullEntity } from '../lib/types';
import { ChoiceDialog, type Choice } from './choice-dialog';

/** Documents that a correction may be kept to. */
const DOCUMENTS = 200;

export function SameDialog({ entity, kind, onClose }: { entity: FullEntity; kind: 'same' | 'different'; onClose: () => void }) {
  const [text, setText] = useState('');
  const [found, setFound] = useState<Entity[] | null>(null);
  const [other, setOther] = useState<Choice | null>(null);
  const [document, setDocument] = useState('');
  const wanted = text.trim();
  const loadDocuments = (abort: AbortSignal) =>
    kind === 'different' && entity.documents.length < Math.min(entity.documents_total, DOCUMENTS)
      ? ask<FullEntity>('entity', { iri: entity.iri, limit: 0, documents: DOCUMENTS }, abort)
      : Promise.resolve(entity);
  const { documents } = useLoaded(loadDocuments, [entity, kind]).data ?? entity;
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
  const noted = (note: string) => <span class="quiet">{note}</span>;
  // The server is told an IRI, or a name that the texts have it by.
  const others: Choice[] = [
    ...own.map((name) => ({ key: name, name, beside: noted('a name that it has now') })),
    ...(found ?? []).map((one) => ({ key: one.iri, name: one.name, class: one.class, beside: noted(`${one.class} · ${many(one.facts, 'fact')}`) })),
  ];
  return (
    <ChoiceDialog
      title={kind === 'same' ? `${entity.name} is the same as …` : `${entity.name} is not the same as …`}
      note={`${kind === 'same' ? 'Both become one thing, with the facts and the names of both.' : 'From now on no text makes them one.'} You can take it back at any time.`}
      label="The other entity"
      choices={others}
      chosen={other}
      onChoose={setOther}
      act={kind === 'same' ? 'They are one' : 'They are two'}
      onAct={({ key, name }) => correct({ kind, one: entity.iri, other: key, document: document || undefined }, `${entity.name} and ${name} are ${kind === 'same' ? 'one' : 'two'}.`)}
      onClose={onClose}
      above={
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
      }
    >
      {wanted && found?.length === 0 && (
        <p class="quiet" role="status">
          No other entity is called so.
        </p>
      )}
      {kind === 'different' && documents.length > 0 && (
        <label class="field">
          <span>Where</span>
          <select value={document} onChange={(event) => setDocument(event.currentTarget.value)}>
            <option value="">in all documents</option>
            {documents.slice(0, DOCUMENTS).map((one) => (
              <option key={one.id} value={one.id}>
                only in {one.id}
              </option>
            ))}
          </select>
        </label>
      )}
    </ChoiceDialog>
  );
}
