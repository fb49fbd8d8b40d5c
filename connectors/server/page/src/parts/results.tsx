// In: the answer of a query. Out: a truth, a table or a drawing, and the ways to save it.
import { useMemo, useRef } from 'preact/hooks';
import { count, many } from '../lib/names';
import type { Rows } from '../lib/types';
import { drawable, fromRows } from '../graph/model';
import { useLabels } from '../lib/labels';
import { Drawing } from './drawing';
import { ResultsTable } from './results-table';

interface Shown {
  result: Rows;
  query: string;
  names: Map<string, string>;
  took: number;
  stale: boolean;
  tab: 'table' | 'drawing';
  onTab: (tab: 'table' | 'drawing') => void;
  onFile: (accept: string, name: string) => void;
}

export function Results({ result, query, names, took, stale, tab: wanted, onTab: setTab, onFile }: Shown) {
  const canDraw = useMemo(() => drawable(result), [result]);
  const area = useRef<HTMLDivElement>(null);
  const choose = (to: 'table' | 'drawing') => {
    setTab(to);
    // A drawing is as high as the window: it is seen whole.
    if (to === 'drawing') requestAnimationFrame(() => area.current?.scrollIntoView({ block: 'start' }));
  };
  const tab = canDraw ? wanted : 'table';
  const labels = useLabels(result);
  const picture = useMemo(() => (tab === 'drawing' ? fromRows(result, query, names, labels) : null), [tab, result, query, labels]);
  if (result.truth !== null) {
    return (
      <p class="card big" data-testid="truth">
        {result.truth ? 'Yes.' : 'No.'}
      </p>
    );
  }
  const isTriples = /\b(construct|describe)\b/i.test(query.split('{')[0]);
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    choose(tab === 'table' ? 'drawing' : 'table');
    const other = (event.currentTarget as HTMLElement).querySelector<HTMLElement>('[aria-selected="false"]');
    other?.focus();
  };
  return (
    <div ref={area} class={`results-area ${stale ? 'stale' : ''}`}>
      <div class="row results-head">
        {canDraw && (
          <div class="tabs" role="tablist" aria-label="How the rows are shown" onKeyDown={press}>
            {(['table', 'drawing'] as const).map((name) => (
              <button key={name} type="button" role="tab" id={`tab-${name}`} aria-selected={tab === name} aria-controls="shown" tabIndex={tab === name ? 0 : -1} onClick={() => choose(name)}>
                {name === 'table' ? 'Table' : 'Drawing'}
              </button>
            ))}
          </div>
        )}
        <span class="quiet" data-testid="row-count">
          {many(result.rows.length, 'row')} · {count(took)} ms
        </span>
        <span class="grow" />
        {isTriples ? (
          <button type="button" class="small" onClick={() => onFile('text/turtle', 'kgloom.ttl')}>
            Save Turtle
          </button>
        ) : (
          <>
            <button type="button" class="small" onClick={() => onFile('text/csv', 'kgloom.csv')}>
              Save CSV
            </button>
            <button type="button" class="small" onClick={() => onFile('application/sparql-results+json', 'kgloom.json')}>
              Save JSON
            </button>
          </>
        )}
      </div>
      {result.cut && <p class="failure" role="alert">{result.cut}</p>}
      <div id="shown" role={canDraw ? 'tabpanel' : undefined} aria-labelledby={canDraw ? `tab-${tab}` : undefined}>
        {tab === 'table' && result.rows.length > 0 && <ResultsTable result={result} names={names} labels={labels} />}
        {tab === 'table' && result.rows.length === 0 && <p class="card empty">The graph holds nothing that fits.</p>}
        {picture && <Drawing start={picture} name="query" tall />}
      </div>
    </div>
  );
}
