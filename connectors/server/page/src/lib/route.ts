// In: the address's hash. Out: the view and its parameters; and addresses of views.
import { signal } from '@preact/signals';
import { readable } from './names';

export interface Route {
  view: string;
  parameters: Record<string, string>;
}

export const route = signal<Route>(parse(location.hash));

export function parse(hash: string): Route {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  return { view: readable(path) || 'home', parameters: Object.fromEntries(new URLSearchParams(query)) };
}

export function link(view: string, parameters: Record<string, string | undefined> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  const written = query.toString();
  return `#/${view === 'home' ? '' : view}${written ? `?${written}` : ''}`;
}

export const entityLink = (iri: string) => link('entity', { iri });
export const documentLink = (id: string) => link('document', { id });

export function go(view: string, parameters: Record<string, string | undefined> = {}) {
  location.hash = link(view, parameters);
}

/** Writes the address anew without a step in the history, for what is typed. */
export function settle(view: string, parameters: Record<string, string | undefined>) {
  history.replaceState(history.state, '', link(view, parameters));
  route.value = parse(location.hash);
}

const questions = /^(who|whose|whom|what|when|where|which|how many|how much|how old|in which)\b/i;

/** Whether a text is asked rather than looked up. */
export const isQuestion = (text: string) => /[?？]\s*$/.test(text) || questions.test(text.trim());

export function search(text: string) {
  const wanted = text.trim();
  if (wanted) go(isQuestion(wanted) ? 'ask' : 'find', { q: wanted });
}
