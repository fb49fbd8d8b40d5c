// In: a name. Out: the entities that it may mean, narrowed by class.
import { useEffect, useState } from 'preact/hooks';
import { ask, written } from '../lib/api';
import { useLoaded } from '../lib/load';
import { many } from '../lib/names';
import { say } from '../lib/notice';
import { link, settle } from '../lib/route';
import { schema } from '../lib/schema';
import type { Entity } from '../lib/types';
import { Busy, Failure } from '../parts/notices';
import { EntityCard } from '../parts/terms';

export function Find({ parameters }: { parameters: Record<string, string> }) {
  const text = parameters.q ?? '';
  const wanted = parameters.class ?? '';
  const [limit, setLimit] = useState(30);
  const load = (abort: AbortSignal) => ask<{ found: Entity[]; more: boolean }>('find', { text, class: wanted, limit }, abort);
  const { data, error, busy } = useLoaded(load, [text, wanted, limit, written.value]);
  const classes = useLoaded(() => schema(), [written.value]);
  useEffect(() => {
    if (data) say(data.found.length ? `${many(data.found.length, 'entity', 'entities')} found` : 'Nothing found');
  }, [data]);
  return (
    <section>
      <div class="title-row">
        <h1>“{text}”</h1>
        {classes.data && (
          <label class="inline-field">
            <span>Class</span>
            <select value={wanted} onChange={(event) => settle('find', { q: text, class: event.currentTarget.value })}>
              <option value="">all</option>
              {classes.data.classes.map((one) => (
                <option key={one.iri} value={one.label || one.short}>
                  {one.label || one.short}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {busy && !data && <Busy what="Searching" />}
      {error && <Failure error={error} />}
      {data && data.found.length === 0 && (
        <div class="card empty">
          <p>No entity has this name, or one like it.</p>
          <p>
            <a href={link('ask', { q: text })}>Ask it as a question</a> or <a href="#/documents">see the documents</a>.
          </p>
        </div>
      )}
      {data && data.found.length > 0 && (
        <div class="cards wide" data-testid="found">
          {data.found.map((entity) => (
            <EntityCard key={entity.iri} entity={entity} note={entity.fits && entity.fits !== 'name' ? `fits by ${entity.fits}` : undefined} />
          ))}
        </div>
      )}
      {data?.more && (
        <p>
          <button type="button" onClick={() => setLimit(limit * 2)}>
            Show more
          </button>
        </p>
      )}
    </section>
  );
}
