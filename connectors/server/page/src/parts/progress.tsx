// In: how far the server is. Out: a line under the header while it loads or reads; nothing once it is ready.
import { useEffect } from 'preact/hooks';
import { many } from '../lib/names';
import { askReadiness, readiness } from '../lib/ready';
import type { Readiness } from '../lib/types';

/** What the server does, as a person says it. */
const doing: Record<string, string> = { loading: 'loading the graph', reading: 'reading the documents that were named at the start' };

export const spokenState = (state: string) => doing[state] ?? state;

/** How far it is, where it is known; how far it is to go nobody knows. */
export const spokenPlace = ({ documents }: Readiness) => (documents ? `${many(documents, 'document')} so far` : '');

export function Progress() {
  useEffect(() => void askReadiness(), []);
  const told = readiness.value;
  if (!told || told.ready) return null;
  const place = spokenPlace(told);
  return (
    <div class="progress-line" role="status" data-testid="progress">
      <span>
        The server is {spokenState(told.state)}
        {/* Seen each second, but read aloud only on the bar. */}
        <span aria-hidden="true">{place ? `: ${place}.` : ' …'}</span>
        <span class="quiet"> Answers may be incomplete.</span>
      </span>
      <progress aria-label={spokenState(told.state)} />
    </div>
  );
}
