// In: what has happened. Out: a message that is seen for a while and read aloud.
import { signal } from '@preact/signals';

export interface Notice {
  text: string;
  kind: 'done' | 'failed';
  action?: { label: string; run: () => void };
}

export const notice = signal<Notice | null>(null);
/** What screen readers are told without anything being shown. */
export const spoken = signal('');

let timer = 0;

export function tell(text: string, action?: Notice['action'], kind: Notice['kind'] = 'done') {
  notice.value = { text, kind, action };
  clearTimeout(timer);
  // A way back is kept for as long as somebody may need to see what was done.
  timer = window.setTimeout(() => (notice.value = null), action ? 60000 : 8000);
}

export const fail = (error: unknown) => tell(error instanceof Error ? error.message : String(error), undefined, 'failed');

export const say = (text: string) => (spoken.value = text);
