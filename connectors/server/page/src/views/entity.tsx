// In: an entity's IRI. Out: everything of it: names, classes, facts, predicted facts, documents, rows of tables, and its neighbourhood.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, ask, written } from '../lib/api';
import { FEW, SHOWN } from '../lib/facts';
import { useLoaded } from '../lib/load';
import { count, lastPart, many } from '../lib/names';
import { useNarrow } from '../lib/narrow';
import { fail } from '../lib/notice';
import { documentLink, link } from '../lib/route';
import { called } from '../lib/title';
import type { FullEntity, Neighbourhood } from '../lib/types';
import { fromNeighbourhood, LIMIT } from '../graph/model';
import { MatchedRows, ToldClasses, useToldClasses } from '../parts/beside';
import { Drawing } from '../parts/drawing';
import { EntityHead, EntityTools } from '../parts/entity-head';
import { Facts, PredictedFacts } from '../parts/facts';
import { Busy, Failure } from '../parts/notices';

/** Documents that are named at once, and at all. */
const DOCUMENTS = 20;
const MOST = 400;
/** What is shown is what is asked for: the server looks into each document that it tells of. */
const shownAtOnce = { each: SHOWN + FEW, documents: DOCUMENTS };

export function EntityView({ parameters }: { parameters: Record<string, string> }) {
  const iri = parameters.iri ?? '';
  const { data, error, busy } = useLoaded((abort) => ask<FullEntity>('entity', { iri, ...shownAtOnce }, abort), [iri, written.value]);
  return (
    <section class="entity">
      {busy && !data && <Busy />}
      {error && !isMissing(error) && (
        <>
          <h1 class="break">{lastPart(iri)}</h1>
          <Failure error={error} />
        </>
      )}
      {error && isMissing(error) && (
        <div class="card">
          <h1>Not in the graph</h1>
          <Failure error={error} />
          <p class="quiet break">{iri}</p>
          <p>What is in the graph goes with the last text that speaks of it, and a correction may have changed what it is.</p>
          <p>
            <a class="button" href={link('find', { q: lastPart(iri) })}>
              Find “{lastPart(iri)}”
            </a>
          </p>
        </div>
      )}
      {data && <Known entity={data} />}
    </section>
  );
}

/** Whether the server says that it is not there; it may also say nothing. */
const isMissing = (error: Error) => error instanceof ApiError && error.status === 404;

function Known({ entity }: { entity: FullEntity }) {
  const told = useToldClasses(entity.iri);
  const narrow = useNarrow();
  useEffect(() => {
    called.value = { iri: entity.iri, name: entity.name };
  }, [entity]);
  const tools = <EntityTools entity={entity} told={told} />;
  return (
    <>
      <EntityHead entity={entity} />
      {!narrow && tools}
      <div class="entity-columns">
        <div>
          <Facts entity={entity} />
          {narrow && tools}
          {entity.predicted.length > 0 && <PredictedFacts entity={entity} />}
          <EntityDocuments entity={entity} />
        </div>
        <aside class="beside" aria-label="Around it">
          <Around entity={entity} />
          <ToldClasses told={told} stated={entity.classes} what="What it is, by a model" />
          <MatchedRows iri={entity.iri} name={entity.name} />
        </aside>
      </div>
    </>
  );
}

function EntityDocuments({ entity }: { entity: FullEntity }) {
  const [all, setAll] = useState<FullEntity['documents'] | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => setAll(null), [entity]);
  const shown = all ?? entity.documents.slice(0, DOCUMENTS);
  const told = Math.min(entity.documents_total, MOST);
  const showAll = async () => {
    setBusy(true);
    try {
      setAll((await ask<FullEntity>('entity', { iri: entity.iri, limit: 0, documents: MOST })).documents);
    } catch (error) {
      fail(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <h2>{told < entity.documents_total ? `${count(told)} of ${many(entity.documents_total, 'document')}` : many(entity.documents_total, 'document')}</h2>
      <ul class="list" data-testid="entity-documents">
        {shown.map((one) => (
          <li key={one.id}>
            <a href={documentLink(one.id)}>{one.id}</a>
            <span class="quiet">{many(one.mentions, 'mention')}</span>
          </li>
        ))}
      </ul>
      {!all && shown.length < told && (
        <button type="button" disabled={busy} onClick={() => void showAll()}>
          {busy ? 'Loading …' : 'Show all'}
        </button>
      )}
    </>
  );
}

function Around({ entity }: { entity: FullEntity }) {
  const load = (abort: AbortSignal) => ask<Neighbourhood>('neighbourhood', { iri: entity.iri, limit: Math.min(40, LIMIT) }, abort).then(fromNeighbourhood);
  const { data, error, busy } = useLoaded(load, [entity.iri, written.value]);
  return (
    <section class="around" aria-labelledby="around">
      <h2 id="around">Around it</h2>
      {busy && !data && <Busy what="Drawing" />}
      {error && <Failure error={error} />}
      {data && <Drawing start={data} center={entity.iri} name={entity.name} />}
    </section>
  );
}
