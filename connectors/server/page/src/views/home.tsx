// In: nothing. Out: the search, what the graph speaks most of, questions that it can answer, and its size.
import { ask, written } from '../lib/api';
import { useLoaded } from '../lib/load';
import { count } from '../lib/names';
import { growing, readiness } from '../lib/ready';
import { link } from '../lib/route';
import type { Start, Status } from '../lib/types';
import { Busy, Failure } from '../parts/notices';
import { SearchBox } from '../parts/search-box';
import { EntityCard } from '../parts/terms';

export function Home() {
  const start = useLoaded((abort) => ask<Start>('start', {}, abort), [written.value, growing()]);
  const status = useLoaded((abort) => ask<Status>('status', {}, abort), [written.value, growing()]);
  return (
    <div class="home">
      <section class="hero">
        <h1>What do your texts say?</h1>
        <p class="lead">Search for an entity, or ask a plain question. Each fact shows the sentence that it was read from.</p>
        <SearchBox focused />
        <p class="hint">
          or <a href="#/search">search by meaning</a>: describe what you look for in your own words
        </p>
      </section>
      {start.error && readiness.value?.ready !== false && <Failure error={start.error} />}
      {start.busy && !start.data && <Busy />}
      {start.data && (
        <div class="home-columns">
          {start.data.largest.length > 0 && (
            <section aria-labelledby="largest">
              <h2 id="largest">Most is known of</h2>
              <div class="cards">
                {start.data.largest.slice(0, 5).map((entity) => (
                  <EntityCard key={entity.iri} entity={entity} />
                ))}
              </div>
            </section>
          )}
          {start.data.questions.length > 0 && (
            <section aria-labelledby="questions">
              <h2 id="questions">Questions to begin with</h2>
              <ul class="questions">
                {start.data.questions.map((question) => (
                  <li key={question}>
                    <a href={link('ask', { q: question })}>{question}</a>
                  </li>
                ))}
                {start.data.query && (
                  <li>
                    <a href={link('query', { q: start.data.query })}>
                      A first query in SPARQL
                    </a>
                  </li>
                )}
              </ul>
            </section>
          )}
          {start.data.largest.length === 0 && readiness.value?.ready !== false && (
            <section>
              <h2>The graph is empty</h2>
              <p>
                <a href="#/documents">Put a first document</a>, and see what is read from it.
              </p>
            </section>
          )}
        </div>
      )}
      {status.data && <Numbers status={status.data} />}
    </div>
  );
}

function Numbers({ status }: { status: Status }) {
  const numbers: [string, number, string][] = [
    [status.documents === 1 ? 'document' : 'documents', status.documents, '#/documents'],
    [status.entities === 1 ? 'entity' : 'entities', status.entities, '#/schema'],
    [status.facts === 1 ? 'fact' : 'facts', status.facts, '#/query'],
    [status.relations === 1 ? 'relation' : 'relations', status.relations, '#/schema'],
    [status.rejections === 1 ? 'rejection' : 'rejections', status.rejections, '#/live'],
  ];
  return (
    <section class="numbers" aria-label="The graph in numbers">
      {numbers.map(([name, value, address]) => (
        <a key={name} href={address}>
          <b>{count(value ?? 0)}</b> {name}
        </a>
      ))}
      <span>epoch {status.epoch}</span>
      <span>version {status.version}</span>
    </section>
  );
}
