// In: the graph as it is. Out: what was read but is not in it, by kind of reason, each with some of its own.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, written } from '../lib/api';
import { useLoaded } from '../lib/load';
import { count, documentOf, lastPart, many } from '../lib/names';
import { fail } from '../lib/notice';
import { kinds, ofKind, SOME, type Kind, type Refused } from '../lib/rejected';
import { documentLink, entityLink } from '../lib/route';
import { schema } from '../lib/schema';
import { triples } from '../lib/triples';
import type { Binding, Status } from '../lib/types';
import { Busy, Failure } from './notices';

/** Kinds that are shown at once. */
const SHOWN = 12;
/** Milliseconds between two looks, at least. */
const CALM = 4000;

export function Rejections({ epoch }: { epoch: number }) {
  const took = useRef(0);
  // Not with each epoch: all rejections are counted, and a server that takes its time for it is asked seldom.
  const settled = useCalm(epoch, () => Math.max(CALM, 20 * took.current));
  const total = useLoaded((abort) => ask<Status>('status', {}, abort), [written.value, settled]);
  const load = async (abort: AbortSignal) => {
    const began = performance.now();
    const told = await kinds(abort);
    took.current = performance.now() - began;
    return told;
  };
  const { data: told, error, busy } = useLoaded(load, [written.value, settled]);
  const data = told?.kinds;
  const labels = useLoaded(() => schema().then(({ relations }) => new Map(relations.map((one) => [one.iri, one.label]))), [written.value]);
  const [all, setAll] = useState(false);
  const most = data?.[0]?.count ?? 1;
  return (
    <section aria-labelledby="rejections">
      <h2 id="rejections">Rejections {total.data && <span class="count">{count(total.data.rejections)}</span>}</h2>
      <p class="quiet">What was read but is not in the graph, by reason{told?.of ? `; the first ${count(told.of)} of them` : ''}.</p>
      {busy && !data && <Busy />}
      {error && <Failure error={error} />}
      {data && data.length === 0 && <p class="card empty">There are none.</p>}
      {data && data.length > 0 && (
        <ul class="kinds" data-testid="rejections">
          {(all ? data : data.slice(0, SHOWN)).map((kind) => (
            <KindRow key={`${kind.stage} ${kind.reason}`} kind={kind} most={most} labels={labels.data ?? new Map()} />
          ))}
        </ul>
      )}
      {data && !all && data.length > SHOWN && (
        <button type="button" onClick={() => setAll(true)}>
          Show {many(data.length - SHOWN, 'more reason')}
        </button>
      )}
    </section>
  );
}

/** A value that follows another one, but changes no more often than every so many milliseconds. */
function useCalm<T>(value: T, pause: () => number): T {
  const [calm, setCalm] = useState({ value, at: Date.now() });
  useEffect(() => {
    if (value === calm.value) return;
    const timer = setTimeout(() => setCalm({ value, at: Date.now() }), Math.max(0, calm.at + pause() - Date.now()));
    return () => clearTimeout(timer);
  }, [value, calm]);
  return calm.value;
}

function KindRow({ kind, most, labels }: { kind: Kind; most: number; labels: Map<string, string> }) {
  const [some, setSome] = useState<Refused[] | null>(null);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const more = async () => {
    setBusy(true);
    try {
      setSome([...(some ?? []), ...(await ofKind(kind, some?.length ?? 0, new AbortController().signal))]);
    } catch (error) {
      fail(error);
    } finally {
      setBusy(false);
    }
  };
  const toggle = () => {
    setOpen(!open);
    if (!open && !some) void more();
  };
  return (
    <li>
      <button type="button" class="kind" aria-expanded={open} onClick={toggle}>
        <span class="kind-reason">{plain(kind.reason)}</span>
        <svg viewBox="0 0 80 6" width="80" height="6" aria-hidden="true" preserveAspectRatio="none">
          <rect class="bar-ground" width="80" height="6" rx="3" />
          <rect class="bar-against" width={Math.max(2, (80 * kind.count) / most)} height="6" rx="3" />
        </svg>
        <span class="number">
          {count(kind.count)}
          <span class="sr-only"> times, in {kind.stage}</span>
        </span>
      </button>
      {open && (
        <div class="kind-inner">
          {busy && !some && <Busy />}
          <ul class="list tight">
            {some?.map((one, index) => (
              <li key={index}>
                <Told refused={one} kind={kind} labels={labels} />
              </li>
            ))}
          </ul>
          {some && some.length < kind.count && some.length % SOME === 0 && (
            <button type="button" class="small" disabled={busy} onClick={() => void more()}>
              Show more of {count(kind.count)}
            </button>
          )}
        </div>
      )}
    </li>
  );
}

/** A refused fact as a sentence of links; what is no triple as it was told. */
function Told({ refused, kind, labels }: { refused: Refused; kind: Kind; labels: Map<string, string> }) {
  const [fact] = triples(refused.record ?? '');
  const document = refused.document ? (documentOf(refused.document) ?? refused.document) : null;
  return (
    <>
      <span class="grow">
        {fact ? (
          <>
            <End binding={fact.subject} /> <span class="relation">{labels.get(fact.predicate.value) ?? lastPart(fact.predicate.value)}</span> <End binding={fact.object} />
          </>
        ) : (
          refused.record && <code class="record">{refused.record}</code>
        )}
        {refused.reason !== kind.reason && <span class="quiet detail">{readable(refused.reason)}</span>}
      </span>
      {document && (
        <a class="quiet" href={documentLink(document)}>
          {document}
        </a>
      )}
    </>
  );
}

const End = ({ binding }: { binding: Binding }) => (binding.type === 'uri' ? <a href={entityLink(binding.value)}>{lastPart(binding.value)}</a> : <span class="literal">{binding.value}</span>);

/** The one reason that is told in numbers, in words. */
const plain = (reason: string) => (/^support .* is below /.test(reason) ? `the texts do not make it sure enough: ${reason}` : reason);

/** A reason with names in place of IRIs. */
const readable = (reason: string) => reason.replace(/<([^>]*)>/g, (_, iri: string) => `“${lastPart(iri)}”`);
