// In: the documents' ids. Out: a list in pages, narrowed by what ids contain or begin with, and a way to put a new document.
import { useEffect, useRef, useState } from 'preact/hooks';
import { written } from '../lib/api';
import { PAGE, page } from '../lib/documents';
import { useLoaded } from '../lib/load';
import { bytes, count, many } from '../lib/names';
import { say } from '../lib/notice';
import { documentLink, go, settle } from '../lib/route';
import { token, tokenAsked } from '../lib/token';
import type { DocumentPage } from '../lib/types';
import { isOdd, useOddness } from '../parts/beside';
import { Compose } from '../parts/compose';
import { Busy, Failure } from '../parts/notices';
import { Segments } from '../parts/segments';

type Way = 'has' | 'begins';

export function Documents({ parameters }: { parameters: Record<string, string> }) {
  const { begins = '', has = '', after = '' } = parameters;
  const number = Math.max(1, Number(parameters.page) || 1);
  /** After which id each page so far begins. */
  const [trail, setTrail] = useState<string[]>([]);
  const [writing, setWriting] = useState(false);
  const [looked, setLooked] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const load = (abort: AbortSignal) => {
    setLooked('');
    return page({ begins, has, after }, abort, setLooked).then((told) => ({ ...told, number }));
  };
  const { data, error, busy } = useLoaded(load, [begins, has, after, written.value]);
  const filter = has ? { has } : { begins };
  const turn = (to: string | undefined, step: number) => {
    go('documents', { ...filter, after: to, page: to ? String(number + step) : undefined });
    list.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  };
  useEffect(() => {
    if (data && !busy) say(data.documents.length ? `${many(data.documents.length, 'document')} shown` : 'No documents');
  }, [data, busy]);
  const compose = () => (token.value ? setWriting(!writing) : (tokenAsked.value = true));
  const first = ((data?.number ?? 1) - 1) * PAGE + 1;
  return (
    <section>
      <div class="title-row">
        <h1>Documents {data && <span class="count">{count(data.total)}</span>}</h1>
        <button type="button" class="primary" aria-expanded={writing} onClick={compose}>
          New document
        </button>
      </div>
      {writing && <Compose onDone={(id) => go('document', { id })} onCancel={() => setWriting(false)} />}
      <Filter
        begins={begins}
        has={has}
        onFilter={(wanted) => {
          setTrail([]);
          settle('documents', wanted);
        }}
      />
      {busy && !data && <Busy />}
      {busy && has && looked && <Busy what={`Looking through the ids, now after “${looked}”`} />}
      {error && <Failure error={error} />}
      {data && (
        <div ref={list} tabIndex={-1} class={`document-list ${busy ? 'stale' : ''}`}>
          {data.documents.length === 0 && <p class="card empty">{has ? `No id contains “${has}”.` : begins ? `No id begins with “${begins}”.` : 'There are no documents yet.'}</p>}
          <Rows shown={data} />
        </div>
      )}
      {data && (after || data.next) && (
        <nav class="row pages" aria-label="Pages">
          <button type="button" disabled={!after} onClick={() => turn(undefined, 0)}>
            First
          </button>
          <button
            type="button"
            disabled={!after || trail[number - 2] === undefined}
            onClick={() => turn(trail[number - 2] || undefined, -1)}
          >
            ← Before
          </button>
          <button
            type="button"
            disabled={!data.next}
            onClick={() => {
              setTrail([...trail.slice(0, number - 1), after]);
              turn(data.next ?? undefined, 1);
            }}
          >
            After →
          </button>
          <span class="quiet number" data-testid="place">
            {has || begins ? `page ${count(data.number)}` : `${count(first)} to ${count(first + data.documents.length - 1)} of ${count(data.total)}`}
          </span>
        </nav>
      )}
    </section>
  );
}

function Filter({ begins, has, onFilter }: { begins: string; has: string; onFilter: (wanted: { begins?: string; has?: string }) => void }) {
  const [way, setWay] = useState<Way>(begins ? 'begins' : 'has');
  const [typed, setTyped] = useState(has || begins);
  const known = useRef(has || begins);
  useEffect(() => {
    if (typed === known.current) return;
    const timer = setTimeout(() => {
      known.current = typed;
      onFilter({ [way]: typed || undefined });
    }, 200);
    return () => clearTimeout(timer);
  }, [typed]);
  const choose = (to: Way) => {
    setWay(to);
    if (typed) onFilter({ [to]: typed });
  };
  return (
    <div class="filters">
      <label class="field narrow">
        <span>Filter by id</span>
        <input type="search" spellcheck={false} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
      <Segments label="Ids that" options={[['has', 'contain it'], ['begins', 'begin so']] as const} value={way} onChoose={choose} />
    </div>
  );
}

function Rows({ shown }: { shown: DocumentPage }) {
  const odd = useOddness(shown.documents.map((row) => row.id));
  if (shown.documents.length === 0) return null;
  return (
    <ul class="list ids" data-testid="documents">
      {shown.documents.map((row) => {
        const of = odd.get(row.id);
        return (
          <li key={row.id}>
            <a href={documentLink(row.id)}>{row.id}</a>
            {row.refused && <span class="chip bad" title={row.refused.location ?? undefined}>refused: {row.refused.reason}</span>}
            {of && isOdd(of) && (
              <span class="chip unusual" title={`Novelty ${of.novelty.toFixed(4)}: it is unlike the other documents`}>
                unusual
              </span>
            )}
            <span class="quiet number">{bytes(row.bytes)}</span>
          </li>
        );
      })}
    </ul>
  );
}
