// In: the address that kgloom serve printed, or what was typed. Out: the token for writes, kept for this tab only.
import { signal } from '@preact/signals';
import { readable } from './names';

const KEY = 'kgloom-token';

export const token = signal<string>(read());
/** Whether the window for the token is open. */
export const tokenAsked = signal(false);

function read(): string {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

export function keep(value: string) {
  token.value = value.trim();
  try {
    if (token.value) sessionStorage.setItem(KEY, token.value);
    else sessionStorage.removeItem(KEY);
  } catch {
    // Without storage it lasts until the page is loaded again.
  }
}

/** Takes the token out of the address, so that it is neither bookmarked nor shared. */
export function takeFromAddress() {
  const found = /[#&?]token=([^&]*)/.exec(location.hash);
  if (!found) return;
  keep(readable(found[1]));
  const rest = location.hash.replace(/[&?]?token=[^&]*/, '').replace(/^#&/, '#');
  history.replaceState(history.state, '', location.pathname + location.search + (rest.length > 1 ? rest : ''));
}
