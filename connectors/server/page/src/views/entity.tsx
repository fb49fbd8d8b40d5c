// In: an entity's IRI. Out: everything of it: names, classes, facts, predicted facts, documents, and its neighbourhood.
import { useState } from 'preact/hooks';
import { ask, written } from '../lib/api';
import { useLoaded } from '../lib/load';
import { many } from '../lib/names';
import { documentLink, link } from '../lib/route';
import type { FullEntity, Neighbourhood } from '../lib/types';
import { fromNeighbourhood, LIMIT } from '../graph/model';
import { Drawing } from '../parts/drawing';
import { FactGroups, PredictedFacts } from '../parts/facts';
import { Busy, Failure } from '../parts/notices';
import { SameDialog } from '../parts/same-dialog';
import { ClassDot } from '../parts/terms';

/** Documents that are named at once. */
const DOCUMENTS = 20;

export function EntityView({ parameters }: { parameters: Record<string, string> }) {
  const iri = parameters.iri ?? '';
  const { data, error, busy } = useLoaded((abort) => ask<FullEntity>('entity', { iri }, abort), [iri, written.value]);
  return (
    <section class="entity">
      {busy && !data && <Busy />}
      {error && (
        <div class="card">
          <h1>Not in the graph</h1>
          <Failure error={error} />
          <p class="quiet break">{iri}</p>
          <p>What is in the graph goes with the last text that speaks of it.</p>
        </div>
      )}
      {data && (
        <>
          <EntityHead entity={data} />
          <div class="entity-columns">
            <div>
              <h2>{many(data.facts.length, 'fact')}</h2>
              {data.facts.length === 0 && <p class="quiet">The graph states nothing of it.</p>}
              <FactGroups entity={data} />
              {data.predicted.length > 0 && <PredictedFacts entity={data} />}
              <EntityDocuments entity={data} />
            </div>
            <Around entity={data} />
          </div>
        </>
      )}
    </section>
  );
}

function EntityHead({ entity }: { entity: FullEntity }) {
  const [asked, setAsked] = useState<'same' | 'different' | null>(null);
  const others = entity.names.filter((name) => name !== entity.name);
  return (
    <header class="entity-head">
      <p class="classes">
        {entity.classes.map((one) => (
          <span class="chip" key={one.value} title={one.short}>
            <ClassDot name={one.label} />
            {one.label || one.short}
          </span>
        ))}
      </p>
      <h1 class="break">{entity.name}</h1>
      {others.length > 0 && <p class="other-names">also {others.slice(0, 12).map((name) => `“${name}”`).join(', ')}{others.length > 12 ? ` and ${others.length - 12} more` : ''}</p>}
      <p class="iri">
        <code>{entity.short}</code>
      </p>
      <div class="row">
        <button type="button" onClick={() => setAsked('same')}>
          Same as …
        </button>
        <button type="button" onClick={() => setAsked('different')}>
          Not the same as …
        </button>
        <a class="button" href={link('query', { q: `SELECT ?relation ?tail WHERE {\n  <${entity.iri}> ?relation ?tail .\n}`, run: '1' })}>
          Query it
        </a>
      </div>
      {asked && <SameDialog entity={entity} kind={asked} onClose={() => setAsked(null)} />}
    </header>
  );
}

function EntityDocuments({ entity }: { entity: FullEntity }) {
  const [all, setAll] = useState(false);
  const shown = all ? entity.documents : entity.documents.slice(0, DOCUMENTS);
  return (
    <>
      <h2>{many(entity.documents.length, 'document')}</h2>
      <ul class="list" data-testid="entity-documents">
        {shown.map((one) => (
          <li key={one.id}>
            <a href={documentLink(one.id)}>{one.id}</a>
            <span class="quiet">{many(one.mentions, 'mention')}</span>
          </li>
        ))}
      </ul>
      {shown.length < entity.documents.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all
        </button>
      )}
    </>
  );
}

function Around({ entity }: { entity: FullEntity }) {
  const load = (abort: AbortSignal) => ask<Neighbourhood>('neighbourhood', { iri: entity.iri, limit: Math.min(40, LIMIT) }, abort).then(fromNeighbourhood);
  const { data, error, busy } = useLoaded(load, [entity.iri, written.value]);
  return (
    <aside class="around" aria-labelledby="around">
      <h2 id="around">Around it</h2>
      {busy && !data && <Busy what="Drawing" />}
      {error && <Failure error={error} />}
      {data && <Drawing start={data} center={entity.iri} name={entity.name} />}
    </aside>
  );
}
