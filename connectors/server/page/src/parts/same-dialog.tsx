// In: an entity. Out: a correction that it is, or is not, the same as another one that is looked up here.
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../lib/api';
import { correct } from '../lib/correct';
import { many } from '../lib/names';
import { token, tokenAsked } from '../lib/token';
import type { Entity, FullEntity } from '../lib/types';
import { Dialog } from './dialog';
import { ClassDot } from './terms';

export function SameDialog({ entity, kind, onClose }: { entity: FullEntity; kind: 'same' | 'different'; onClose: () => void }) {
  const [text, setText] = useState('');
  const [found, setFound] = useState<Entity[]>([]);
  const [other, setOther] = useState<Entity | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      if (!text.trim()) return setFound([]);
      ask<{ found: Entity[] }>('find', { text: text.trim(), limit: 8 }, controller.signal).then(
        (answer) => setFound(answer.found.filter((one) => one.iri !== entity.iri)),
        () => undefined,
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text]);
  useEffect(() => {
    // Without a token there is nothing to fill in.
    if (token.value) return;
    tokenAsked.value = true;
    onClose();
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!other) return;
    onClose();
    await correct({ kind, one: entity.iri, other: other.iri }, kind === 'same' ? `${entity.name} and ${other.name} are one.` : `${entity.name} and ${other.name} are two.`);
  };
  return (
    <Dialog title={kind === 'same' ? `${entity.name} is the same as …` : `${entity.name} is not the same as …`} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <label class="field">
          <span>Name of the other entity</span>
          <input autocomplete="off" value={text} onInput={(event) => (setText(event.currentTarget.value), setOther(null))} />
        </label>
        <ul class="choices">
          {found.map((one) => (
            <li key={one.iri}>
              <label>
                <input type="radio" name="other" checked={other?.iri === one.iri} onChange={() => setOther(one)} />
                <ClassDot name={one.class} />
                <span class="grow">{one.name}</span>
                <span class="quiet">
                  {one.class} · {many(one.facts, 'fact')}
                </span>
              </label>
            </li>
          ))}
        </ul>
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
