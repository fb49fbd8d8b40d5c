// In: how far the server is. Out: a line under the header while it loads or reads; nothing once it is ready.
import { useEffect } from 'preact/hooks';
import { count, many } from '../lib/names';
import { askReadiness, readiness } from '../lib/ready';
import type { Readiness } from '../lib/types';

/** What the server does, as a person says it. */
const doing: Record<string, string> = { loading: 'loading the graph', reading: 'reading the documents that were named at the start' };

export const spokenState = (state: string) => doing[state] ?? state;

/** How far it is, where it is known. */
export const spokenPlace = ({ documents, of }: Readiness) => (of > 0 ? `${count(documents)} of ${many(of, 'document')}` : documents > 0 ? `${many(documents, 'document')} so far` : '');

export function Progress() {
  useEffect(() => void askReadiness(), []);
  const told = readiness.value;
  if (!told || told.ready) return null;
  const known = told.of > 0;
  const place = spokenPlace(told);
  return (
    <div class="progress-line" role="status" data-testid="progress">
      <span>
        The server is {spokenState(told.state)}
        {/* Seen each second, but read aloud only on the bar. */}
        <span aria-hidden="true">{place ? `: ${place}.` : ' …'}</span>
        <span class="quiet"> Answers may be incomplete.</span>
      </span>
      <progress max={known ? told.of : undefined} value={known ? told.documents : undefined} aria-label={spokenState(told.state)} />
    </div>
  );
}
