// In: a name. Out: the entities that it may mean, narrowed by class.
import { useEffect, useState } from 'preact/hooks';
import { ask, written } from '../lib/api';
import { useLoaded } from '../lib/load';
import { factsFirst } from '../lib/facts';
import { many } from '../lib/names';
import { say } from '../lib/notice';
import { link, settle } from '../lib/route';
import { schema } from '../lib/schema';
import type { Entity } from '../lib/types';
import { Busy, Failure } from '../parts/notices';
import { EntityCard } from '../parts/terms';

/** As many hits as are few: a name may not have been meant. */
const FEW = 3;

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
        </div>
      )}
      {data && data.found.length > 0 && (
        <div class="cards wide" data-testid="found">
          {factsFirst(data.found).map((entity) => (
            <EntityCard key={entity.iri} entity={entity} note={entity.fits && entity.fits !== 'name' ? `fits by ${entity.fits}` : undefined} />
          ))}
        </div>
      )}
      {data && data.found.length <= FEW && (
        <div class="card next-step">
          <p class="grow">{data.found.length === 0 ? 'Or it is a description, and not a name.' : 'Not what you look for? Names find only what is called so.'}</p>
          <div class="row">
            <a class="button primary" href={link('search', { q: text, class: wanted })}>
              Search by meaning
            </a>
            <a class="button" href={link('ask', { q: text })}>
              Ask it as a question
            </a>
          </div>
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
