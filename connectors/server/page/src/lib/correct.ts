// In: what a reader holds to be wrong or right. Out: a correction on the server, told with a way back.
import { write } from './api';
import { many } from './names';
import { fail, tell } from './notice';
import { go } from './route';
import { token, tokenAsked } from './token';
import type { Written } from './types';

export type Wanted =
  | { kind: 'reject' | 'assert'; subject: string; relation: string; object: string }
  | { kind: 'same' | 'different'; one: string; other: string; document?: string }
  | { kind: 'retype'; name: string; class: string };

/** What a write did to the graph, as a person says it. */
export function changes({ came_count: came = 0, went_count: went = 0 }: Pick<Written, 'came_count' | 'went_count'>): string {
  if (!came && !went) return 'Nothing in the graph changed.';
  const gained = came ? `gained ${many(came, 'statement')}` : '';
  const lost = went ? `lost ${many(went, 'statement')}` : '';
  return `The graph ${[gained, lost].filter(Boolean).join(' and ')}.`;
}

export async function correct(wanted: Wanted, what: string): Promise<boolean> {
  if (!token.value) {
    tokenAsked.value = true;
    return false;
  }
  try {
    const answer = await write('POST', 'corrections', wanted);
    const id = answer.correction;
    tell(`${what} ${changes(answer)}`, id ? { label: 'Take back', run: () => takeBack(id) } : undefined);
    return true;
  } catch (error) {
    const opposed = error instanceof Error && /contradicts correction \S+, (.*?);/.exec(error.message);
    if (opposed) tell(`That contradicts a correction: ${opposed[1]}. Take that one back first.`, { label: 'Corrections', run: () => go('corrections') }, 'failed');
    else fail(error);
    return false;
  }
}

export async function takeBack(id: string) {
  if (!token.value) {
    tokenAsked.value = true;
    return;
  }
  try {
    tell(`Taken back. ${changes(await write('DELETE', `corrections/${encodeURIComponent(id)}`))}`);
  } catch (error) {
    fail(error);
  }
}
