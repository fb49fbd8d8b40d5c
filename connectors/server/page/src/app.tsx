// In: the route. Out: header, the view that the route names, messages.
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { route } from './lib/route';
import { arrive } from './lib/scroll';
import { titleOf } from './lib/title';
import { Header } from './parts/header';
import { Notices, Offline } from './parts/notices';
import { Progress } from './parts/progress';
import { TokenDialog } from './parts/token-dialog';
import { Ask } from './views/ask';
import { Corrections } from './views/corrections';
import { DocumentView } from './views/document';
import { Documents } from './views/documents';
import { EntityView } from './views/entity';
import { Find } from './views/find';
import { Home } from './views/home';
import { Live } from './views/live';
import { QueryView } from './views/query';
import { SchemaView } from './views/schema';
import { SearchView } from './views/search';

type View = ComponentType<{ parameters: Record<string, string> }>;

const views: Record<string, [string, View]> = {
  home: ['Start', Home],
  find: ['Found', Find],
  search: ['Search by meaning', SearchView],
  ask: ['Answer', Ask],
  query: ['Query', QueryView],
  entity: ['Entity', EntityView],
  documents: ['Documents', Documents],
  document: ['Document', DocumentView],
  live: ['Live', Live],
  corrections: ['Corrections', Corrections],
  schema: ['Schema', SchemaView],
};

export function App() {
  const { view, parameters } = route.value;
  const [title, Shown] = views[view] ?? ['Not found', Lost];
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const subject = parameters.iri ?? parameters.id ?? (view === 'query' ? '' : parameters.q) ?? '';
  useEffect(() => {
    // The keyboard follows to the new view, but not when the page is opened.
    if (!first.current) {
      arrive();
      main.current?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [view, subject]);
  const heading = titleOf(route.value, title);
  useEffect(() => {
    document.title = heading;
  }, [heading]);
  const skip = (event: Event) => {
    event.preventDefault();
    main.current?.focus();
  };
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <Header view={view} query={parameters.q ?? ''} />
      <Offline />
      <Progress />
      <main id="main" ref={main} tabIndex={-1} class={`view view-${view}`}>
        <Shown key={`${view} ${subject}`} parameters={parameters} />
      </main>
      <footer class="foot">
        <span>kgloom: text in, a graph out, each fact with its sentence.</span>
      </footer>
      <Notices />
      <TokenDialog />
    </>
  );
}

function Lost() {
  return (
    <section class="card">
      <h1>There is no such view</h1>
      <p>
        <a href="#/">Go to the search</a>
      </p>
    </section>
  );
}
