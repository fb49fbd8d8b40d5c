// In: rows. Out: a table that draws only the rows in sight, with links for what is in the graph.
import { useRef, useState } from 'preact/hooks';
import { documentOf, isEntity, lastPart, shorten } from '../lib/names';
import { documentLink, entityLink } from '../lib/route';
import type { Binding, Rows } from '../lib/types';

const HEIGHT = 36;
const AROUND = 12;

export function ResultsTable({ result, names, labels }: { result: Rows; names: Map<string, string>; labels: Map<string, string> }) {
  const frame = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const seen = Math.ceil((frame.current?.clientHeight || 560) / HEIGHT);
  const first = Math.max(0, Math.floor(top / HEIGHT) - AROUND);
  const last = Math.min(result.rows.length, first + seen + 2 * AROUND);
  const gap = (rows: number) => rows > 0 && <tr aria-hidden="true" style={{ height: `${rows * HEIGHT}px` }} />;
  return (
    <div ref={frame} class="table-frame results" tabIndex={0} role="region" aria-label="Rows" onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <table class="rows" aria-rowcount={result.rows.length + 1} data-testid="rows">
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="right quiet">
              <span class="sr-only">Row</span>
            </th>
            {result.vars.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {gap(first)}
          {result.rows.slice(first, last).map((row, index) => (
            <tr key={first + index} aria-rowindex={first + index + 2}>
              <td class="right quiet number">{first + index + 1}</td>
              {result.vars.map((name) => (
                <td key={name} title={row[name]?.value}>
                  <Cell binding={row[name]} names={names} labels={labels} />
                </td>
              ))}
            </tr>
          ))}
          {gap(result.rows.length - last)}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ binding, names, labels }: { binding: Binding | undefined; names: Map<string, string>; labels: Map<string, string> }) {
  if (!binding) return <span class="quiet" aria-label="none">–</span>;
  if (binding.type === 'uri') {
    const short = shorten(binding.value);
    const document = documentOf(binding.value);
    if (document) return <a href={documentLink(document)}>{document}</a>;
    if (isEntity(binding.value)) return <a href={entityLink(binding.value)}>{labels.get(binding.value) ?? lastPart(binding.value)}</a>;
    const name = names.get(short);
    return name ? (
      <>
        {name} <span class="quiet">{short}</span>
      </>
    ) : (
      <>{short}</>
    );
  }
  if (binding.type === 'bnode') return <>_:{binding.value}</>;
  return <>{typeof binding.value === 'string' ? binding.value : JSON.stringify(binding.value)}</>;
}
