// In: the stream of epochs. Out: how fast the graph moves, what came and went, and what was rejected and why.
import { useEffect, useState } from 'preact/hooks';
import { address, ask, written } from '../lib/api';
import { useLoaded } from '../lib/load';
import { count, many } from '../lib/names';
import { documentLink } from '../lib/route';
import type { EpochEvent, Rejection, Status } from '../lib/types';
import { Busy, Failure } from '../parts/notices';

interface Seen extends EpochEvent {
  at: number;
}

const KEPT = 200;

export function Live() {
  const [events, setEvents] = useState<Seen[]>([]);
  const [state, setState] = useState<'opening' | 'open' | 'away'>('opening');
  const [paused, setPaused] = useState(false);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (paused) return;
    const source = new EventSource(address('events'));
    source.onopen = () => setState('open');
    source.onerror = () => setState('away');
    source.addEventListener('epoch', (event) => {
      const told = { ...(JSON.parse((event as MessageEvent<string>).data) as EpochEvent), at: Date.now() };
      setEvents((before) => [told, ...before].slice(0, KEPT));
    });
    return () => source.close();
  }, [paused]);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const latest = events[0];
  const status = useLoaded((abort) => ask<Status>('status', {}, abort), []);
  const facts = latest?.facts ?? status.data?.facts;
  const recent = events.filter((event) => now - event.at < 60000);
  const sum = (of: (event: Seen) => number) => recent.reduce((total, event) => total + of(event), 0);
  const numbers: [string, string][] = [
    ['epochs in the last minute', count(recent.length)],
    ['documents in the last minute', count(sum((event) => event.put + event.deleted))],
    ['triples came', count(sum((event) => event.came))],
    ['triples went', count(sum((event) => event.went))],
    ['facts now', facts === undefined ? '–' : count(facts)],
  ];
  return (
    <section>
      <div class="title-row">
        <h1>Live</h1>
        <div class="row">
          <span class={`state ${paused ? 'away' : state}`} role="status">
            {paused ? 'paused' : state === 'open' ? 'listening' : state === 'away' ? 'no connection; trying again' : 'connecting'}
          </span>
          <button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
            {paused ? 'Go on' : 'Pause'}
          </button>
        </div>
      </div>
      <dl class="tiles">
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Strip events={events} now={now} />
      <h2>Epochs</h2>
      {events.length === 0 && <p class="card empty">Nothing has changed since this view was opened. Each change of documents or corrections is an epoch.</p>}
      {events.length > 0 && (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Epochs" data-testid="epochs">
          <table class="plain">
            <thead>
              <tr>
                {['Epoch', 'Put', 'Deleted', 'Refused', 'Came', 'Went', 'Facts', 'Took'].map((name) => (
                  <th key={name} scope="col" class="right">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {events.map((event) => (
                <tr key={event.epoch}>
                  {[event.epoch, event.put, event.deleted, event.refused, `+${count(event.came)}`, `−${count(event.went)}`, count(event.facts), `${count(event.milliseconds)} ms`].map((cell, index) => (
                    <td key={index} class="right number">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Rejections epoch={latest?.epoch ?? 0} />
    </section>
  );
}

/** The last minute, a bar a second: above what came, below what went. */
function Strip({ events, now }: { events: Seen[]; now: number }) {
  const came = new Array<number>(60).fill(0);
  const went = new Array<number>(60).fill(0);
  for (const event of events) {
    const second = Math.floor((now - event.at) / 1000);
    if (second < 0 || second > 59) continue;
    came[59 - second] += event.came;
    went[59 - second] += event.went;
  }
  const most = Math.max(1, ...came, ...went);
  return (
    <svg class="strip" viewBox="0 0 600 80" preserveAspectRatio="none" role="img" aria-label="Triples that came and went, second by second, in the last minute">
      <line x1="0" x2="600" y1="40" y2="40" class="strip-line" />
      {came.map((value, index) => value > 0 && <rect key={`c${index}`} class="strip-came" x={index * 10 + 1} width="8" y={40 - (36 * value) / most} height={(36 * value) / most} rx="1.5" />)}
      {went.map((value, index) => value > 0 && <rect key={`w${index}`} class="strip-went" x={index * 10 + 1} width="8" y="40" height={(36 * value) / most} rx="1.5" />)}
    </svg>
  );
}

/** Some servers tell places as offsets. */
const words = (told: unknown) => (typeof told === 'string' || typeof told === 'number' ? String(told) : JSON.stringify(told));

function Rejections({ epoch }: { epoch: number }) {
  const [limit, setLimit] = useState(25);
  const load = (abort: AbortSignal) => ask<{ rejections: Rejection[]; total: number }>('rejections', { limit }, abort);
  const { data, error, busy } = useLoaded(load, [limit, written.value, epoch]);
  return (
    <>
      <h2>Rejections {data && <span class="count">{count(data.total)}</span>}</h2>
      <p class="quiet">What was read but is not in the graph, and why.</p>
      {busy && !data && <Busy />}
      {error && <Failure error={error} />}
      {data && data.rejections.length === 0 && <p class="card empty">There are none.</p>}
      {data && data.rejections.length > 0 && (
        <ul class="list" data-testid="rejections">
          {data.rejections.map((one, index) => (
            <li key={index} class="rejection">
              <span class="chip">{one.stage}</span>
              <span class="grow">
                {words(one.reason)}
                {one.record && <code class="record">{words(one.record)}</code>}
              </span>
              <span class="quiet">
                {one.document && <a href={documentLink(one.document)}>{one.document}</a>}
                {one.location ? ` ${words(one.location)}` : ''}
              </span>
            </li>
          ))}
        </ul>
      )}
      {data && data.rejections.length < data.total && data.rejections.length >= limit && (
        <button type="button" onClick={() => setLimit(limit * 4)}>
          Show more of {many(data.total, 'rejection')}
        </button>
      )}
    </>
  );
}
