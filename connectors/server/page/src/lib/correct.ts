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

export const changes = (answer: Written) => `${many(answer.came_count ?? 0, 'triple')} came, ${many(answer.went_count ?? 0, 'triple')} went.`;

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
