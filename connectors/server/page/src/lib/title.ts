// In: a view and what it is of. Out: the title of the window, by which a tab and a step of the history are found again.
import { signal } from '@preact/signals';
import { lastPart } from './names';
import type { Route } from './route';

/** What the entity is called that was loaded last. */
export const called = signal({ iri: '', name: '' });

function of({ view, parameters }: Route): string {
  const { iri = '', id = '', q = '' } = parameters;
  if (view === 'entity' && iri) return called.value.iri === iri ? called.value.name : lastPart(iri);
  if (view === 'document') return id;
  return view === 'query' ? '' : q;
}

/** The thing before the view, the view before the program: a narrow tab shows what differs. */
export function titleOf(route: Route, view: string): string {
  const thing = of(route);
  const first = route.view === 'entity' || route.view === 'document' || route.view === 'ask' ? [thing || view] : [thing, view];
  return route.view === 'home' ? 'kgloom' : [...first.filter(Boolean), 'kgloom'].join(' · ');
}
