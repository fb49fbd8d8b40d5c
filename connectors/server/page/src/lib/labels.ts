// In: the rows of an answer. Out: what the things in them are called.
import { useEffect, useState } from 'preact/hooks';
import { isEntity } from './names';
import { named, values } from './sparql';
import type { Rows } from './types';

/** Things that are asked for at once, and at all: what is not is called by its IRI. */
const AT_ONCE = 200;
const MOST = 1000;

function things({ rows, vars }: Rows): string[] {
  const found = new Set<string>();
  for (const row of rows) {
    for (const name of vars) {
      const binding = row[name];
      if (binding?.type === 'uri' && isEntity(binding.value)) found.add(binding.value);
    }
    if (found.size >= MOST) break;
  }
  return [...found].slice(0, MOST);
}

async function labels(iris: string[], abort: AbortSignal): Promise<Map<string, string>> {
  const rows = await values(`SELECT ?thing ?name { VALUES ?thing { ${iris.map(named).join(' ')} } ?thing rdfs:label ?name }`, abort);
  return new Map(rows.map(({ thing, name }) => [thing!, name!]));
}

/** The names, as they come. */
export function useLabels(result: Rows): Map<string, string> {
  const [known, setKnown] = useState(new Map<string, string>());
  useEffect(() => {
    const controller = new AbortController();
    const iris = things(result);
    const load = async () => {
      for (let from = 0; from < iris.length; from += AT_ONCE) {
        const more = await labels(iris.slice(from, from + AT_ONCE), controller.signal);
        if (controller.signal.aborted) return;
        setKnown((before) => new Map([...before, ...more]));
      }
    };
    // Without them things are called by their IRIs.
    load().catch(() => undefined);
    return () => controller.abort();
  }, [result]);
  return known;
}
