// In: a thing or a document. Out: what graphs beside the default one tell of it: classes by probability, rows of tables that mean it,
// how odd it is. Where nobody asked for these (`kgloom train`, `kgloom match`) there is nothing.
import { documentIri, rowOf } from './names';
import { named, values } from './sparql';

/** As many rows of tables as are told of one thing. */
const ROWS = 300;

interface Judged {
  probability: number;
  evidence: string[];
}

export interface ToldClass extends Judged {
  iri: string;
}

export interface MatchedRow extends Judged {
  iri: string;
  table: string | null;
  row: string;
  exact: boolean;
}

export interface Oddness {
  novelty: number;
  depth: number;
}

/** What stands in several rows, one for each piece of evidence, as one. */
function gathered<J extends Judged>(rows: Record<string, string | undefined>[], name: string, make: (row: Record<string, string | undefined>, judged: Judged) => J): J[] {
  const found = new Map<string, J>();
  for (const row of rows) {
    const key = row[name];
    if (!key) continue;
    if (!found.has(key)) found.set(key, make(row, { probability: Number(row.probability ?? 0), evidence: [] }));
    if (row.evidence) found.get(key)!.evidence.push(row.evidence);
  }
  return [...found.values()];
}

const JUDGED = 'kgloom:probability ?probability OPTIONAL { ?told kgloom:evidence ?evidence }';

export async function toldClasses(iri: string, abort: AbortSignal): Promise<ToldClass[]> {
  const rows = await values(`SELECT ?class ?probability ?evidence { GRAPH kgloom:typed { ?told kgloom:head ${named(iri)} ; kgloom:tail ?class ; ${JUDGED} } } ORDER BY DESC(?probability) ?class ?evidence`, abort);
  return gathered(rows, 'class', (row, judged) => ({ ...judged, iri: row.class! }));
}

export async function matchedRows(iri: string, abort: AbortSignal): Promise<MatchedRow[]> {
  const rows = await values(`SELECT ?row ?relation ?probability ?evidence { GRAPH kgloom:matched { ?told kgloom:tail ${named(iri)} ; kgloom:head ?row ; kgloom:relation ?relation ; ${JUDGED} } } ORDER BY DESC(?probability) ?row ?evidence LIMIT ${ROWS}`, abort);
  return gathered(rows, 'row', (row, judged) => {
    const place = rowOf(row.row!);
    return { ...judged, iri: row.row!, table: place?.table ?? null, row: place?.row ?? row.row!, exact: row.relation?.endsWith('#exactMatch') ?? false };
  });
}

export async function oddness(ids: string[], abort: AbortSignal): Promise<Map<string, Oddness>> {
  const names = new Map(ids.map((id) => [documentIri(id), id]));
  if (names.size === 0) return new Map();
  const rows = await values(`SELECT ?document ?novelty ?depth { VALUES ?document { ${[...names.keys()].map(named).join(' ')} } GRAPH kgloom:watch { ?document kgloom:novelty ?novelty ; kgloom:depth ?depth } }`, abort);
  return new Map(rows.map((row) => [names.get(row.document!)!, { novelty: Number(row.novelty), depth: Number(row.depth) }]));
}
