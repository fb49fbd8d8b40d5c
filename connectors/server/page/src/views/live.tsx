// In: the stream of epochs. Out: what the server does, how fast the graph moves, what came and went, and what was rejected and why.
import { useEffect, useState } from 'preact/hooks';
import { address, ask, online, written } from '../lib/api';
import { useLoaded } from '../lib/load';
import { count } from '../lib/names';
import { growing, readiness } from '../lib/ready';
import type { EpochEvent, Status } from '../lib/types';
import { spokenPlace, spokenState } from '../parts/progress';
import { Rejections } from '../parts/rejections';

interface Seen extends EpochEvent {
  at: number;
}

/** Epochs that are kept, and those that are listed at first. */
const KEPT = 1000;
const LISTED = 25;
const MINUTE = 60_000;

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
  const status = useLoaded((abort) => ask<Status>('status', {}, abort), [written.value, growing()]);
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
      <Tiles events={events} now={now} status={status.data} />
      <figure class="strip-frame">
        <Strip events={events} now={now} />
        <figcaption class="strip-key">
          <span class="came">statements that came</span>
          <span class="went">statements that went</span>
          <span class="grow" />
          <span>the last minute, second by second</span>
        </figcaption>
      </figure>
      <Epochs events={events} />
      <Rejections epoch={events[0]?.epoch ?? 0} />
    </section>
  );
}

function Tiles({ events, now, status }: { events: Seen[]; now: number; status: Status | null }) {
  const latest = events[0];
  const recent = events.filter((event) => now - event.at < MINUTE);
  const sum = (of: (event: Seen) => number) => recent.reduce((total, event) => total + of(event), 0);
  // Over the time since the first of them, so that a burst does not look slow at first.
  const seconds = recent.length ? Math.max(1, (now - recent[recent.length - 1].at + recent[recent.length - 1].milliseconds) / 1000) : 1;
  const rate = sum((event) => event.put + event.deleted) / Math.min(60, seconds);
  const facts = latest?.facts ?? status?.facts;
  const documents = latest?.documents ?? status?.documents;
  const told = readiness.value;
  const place = told && !told.ready ? spokenPlace(told) : '';
  const doing = !online.value ? 'not answering' : told && !told.ready ? spokenState(told.state) : status ? 'ready' : 'being asked';
  const numbers: [string, string][] = [
    ['documents a second', rate >= 10 ? count(rate) : rate.toFixed(1)],
    ['epochs in the last minute', count(recent.length)],
    ['statements came', `+${count(sum((event) => event.came))}`],
    ['statements went', `−${count(sum((event) => event.went))}`],
    ['documents now', documents === undefined ? '–' : count(documents)],
    ['facts now', facts === undefined ? '–' : count(facts)],
  ];
  return (
    <>
      <p class="quiet doing" data-testid="doing">
        The server is {doing}
        {place && `: ${place}`}. Epoch {count(latest?.epoch ?? status?.epoch ?? 0)}.
      </p>
      <dl class="tiles" data-testid="tiles">
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

const COLUMNS: [string, (event: Seen) => string][] = [
  ['Epoch', (event) => count(event.epoch)],
  ['Put', (event) => count(event.put)],
  ['Deleted', (event) => count(event.deleted)],
  ['Refused', (event) => count(event.refused)],
  ['Came', (event) => `+${count(event.came)}`],
  ['Went', (event) => `−${count(event.went)}`],
  ['Facts', (event) => count(event.facts)],
  ['Took', (event) => `${count(event.milliseconds)} ms`],
];

function Epochs({ events }: { events: Seen[] }) {
  const [listed, setListed] = useState(LISTED);
  return (
    <>
      <h2>Epochs</h2>
      {events.length === 0 && <p class="card empty">Nothing has changed since this view was opened. Each change of documents or corrections is an epoch.</p>}
      {events.length > 0 && (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Epochs" data-testid="epochs">
          <table class="plain">
            <thead>
              <tr>
                {COLUMNS.map(([name]) => (
                  <th key={name} scope="col" class="right">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {events.slice(0, listed).map((event) => (
                <tr key={event.epoch}>
                  {COLUMNS.map(([name, cell]) => (
                    <td key={name} class="right number">
                      {cell(event)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {events.length > listed && (
        <p>
          <button type="button" onClick={() => setListed(listed * 4)}>
            Show more
          </button>
        </p>
      )}
    </>
  );
}

/** The last minute, a bar a second: above what came, below what went. */
function Strip({ events, now }: { events: Seen[]; now: number }) {
  const came = new Array<number>(60).fill(0);
  const went = new Array<number>(60).fill(0);
  for (const event of events) {
    const second = Math.max(0, Math.floor((now - event.at) / 1000));
    if (second > 59) continue;
    came[59 - second] += event.came;
    went[59 - second] += event.went;
  }
  const most = Math.max(1, ...came, ...went);
  return (
    <svg class="strip" viewBox="0 0 600 80" preserveAspectRatio="none" role="img" aria-label="Statements that came and went, second by second, in the last minute">
      <line x1="0" x2="600" y1="40" y2="40" class="strip-line" />
      {came.map((value, index) => value > 0 && <rect key={`c${index}`} class="strip-came" x={index * 10 + 1} width="8" y={40 - (36 * value) / most} height={(36 * value) / most} rx="1.5" />)}
      {went.map((value, index) => value > 0 && <rect key={`w${index}`} class="strip-went" x={index * 10 + 1} width="8" y="40" height={(36 * value) / most} rx="1.5" />)}
    </svg>
  );
}
