// In: a query. Out: its rows, also where the answer is cut or breaks off; or the answer as a file.
import { ApiError, aborted, send } from './api';
import { triples } from './triples';
import type { Row, Rows } from './types';

/** As much of an answer as a page can hold, in characters. */
const MOST = 48_000_000;
const JSON_ROWS = 'application/sparql-results+json';
const TRIPLES = 'application/n-triples';

export interface Wanted {
  query: string;
  entailed: boolean;
}

function request({ query, entailed }: Wanted, accept: string, abort?: AbortSignal): Promise<Response> {
  const form = new URLSearchParams({ query });
  if (entailed) form.set('entailed', 'true');
  return send('query', { method: 'POST', headers: { accept }, body: form, signal: abort });
}

export async function run(wanted: Wanted, abort: AbortSignal): Promise<Rows> {
  const response = await request(wanted, `${JSON_ROWS}, ${TRIPLES};q=0.9`, abort);
  const { text, cut } = await read(response, abort);
  const type = response.headers.get('content-type') ?? '';
  return type.includes('json') ? fromJson(text, cut) : { vars: ['subject', 'predicate', 'object'], rows: triples(text), truth: null, cut };
}

/** The answer as the server writes it in another format. */
export async function download(wanted: Wanted, accept: string): Promise<Blob> {
  return (await request(wanted, accept)).blob();
}

async function read(response: Response, abort: AbortSignal): Promise<{ text: string; cut: string | null }> {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = decoder.decode(value, { stream: true });
      parts.push(part);
      length += part.length;
      if (length > MOST) {
        void reader.cancel();
        return { text: parts.join(''), cut: 'The answer is larger than this page shows; CSV has all of it.' };
      }
    }
  } catch (error) {
    if (abort.aborted || aborted(error)) throw error;
    return { text: parts.join(''), cut: 'The answer broke off: the time, the rows or the memory that the server allows were up.' };
  }
  return { text: parts.join(''), cut: null };
}

interface ResultsJson {
  head?: { vars?: string[] };
  boolean?: boolean;
  results?: { bindings: Row[] };
}

export function fromJson(text: string, cut: string | null): Rows {
  const json = cut === null ? (JSON.parse(text) as ResultsJson) : salvaged(text);
  if (!json) throw new ApiError(cut ?? 'The answer could not be read.', 0);
  return { vars: json.head?.vars ?? [], rows: json.results?.bindings ?? [], truth: json.boolean ?? null, cut };
}

/** The rows that are complete, of an answer that is not. */
function salvaged(text: string): ResultsJson | null {
  let end = text.length;
  for (let attempt = 0; attempt < 60; attempt++) {
    end = text.lastIndexOf('}', end - 1);
    if (end < 0) return null;
    try {
      return JSON.parse(`${text.slice(0, end + 1)}]}}`) as ResultsJson;
    } catch {
      // That brace did not end a row.
    }
  }
  return null;
}

/** An IRI as SPARQL writes it; what may not stand there is percent-encoded. */
export const named = (iri: string) => `<${iri.replace(/[\s<>"{}|\\^`]/g, encodeURIComponent)}>`;

/** A text as SPARQL writes it. */
export const quoted = (text: string) => JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The values of each row of a short answer. */
export async function values(query: string, abort: AbortSignal): Promise<Record<string, string | undefined>[]> {
  const { rows } = await run({ query, entailed: false }, abort);
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, binding]) => [name, binding?.value])));
}
