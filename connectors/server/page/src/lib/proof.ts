// In: the SPARQL that a question became. Out: for each answer the facts that it rests on, so that their sentences can be shown.
import { expanded } from './names';
import { run } from './sparql';

export interface Stated {
  subject: string;
  relation: string;
  object: string;
}

type Pattern = [string, string, string];

const TERM = String.raw`\?\w+|<[^>]*>|[\w-]+:(?:[^\s;,.{}()<>"]|\.(?=\S))+|"(?:[^"\\]|\\.)*"\S*`;

/** The plain patterns, `head relation tail .`; what is optional or filtered is no ground of an answer. */
export function patterns(sparql: string): Pattern[] {
  const bare = sparql.slice(sparql.indexOf('{') + 1).replace(/(OPTIONAL|MINUS|FILTER NOT EXISTS|FILTER EXISTS)\s*\{[^}]*\}/gi, ' ').replace(/FILTER\s*\([^\n]*\)/gi, ' ');
  const found = bare.matchAll(new RegExp(String.raw`(?<=^|[\s{])(${TERM})\s+(<[^>]*>|[\w-]+:[\w-]+)\s+(${TERM})\s*(?=\.|\}|$)`, 'g'));
  return [...found].map(([, head, relation, tail]) => [head, relation, tail]);
}

const isVariable = (term: string) => term.startsWith('?');

/** The facts that each answer rests on, by the value of the answer; of a yes or no by `yes`. */
export async function proofs(sparql: string, abort: AbortSignal): Promise<Map<string, Stated[]>> {
  const all = patterns(sparql);
  const answer = /^\s*SELECT\s+(?:DISTINCT\s+)?\?(\w+)/i.exec(sparql)?.[1];
  const stated = (value: (variable: string) => string | undefined): Stated[] => {
    const term = (text: string) => (isVariable(text) ? (value(text.slice(1)) ?? '') : expanded(text));
    const facts = all.map(([head, relation, tail]) => ({ subject: term(head), relation: term(relation), object: term(tail) }));
    return facts.filter((fact) => fact.subject && fact.object);
  };
  if (!answer) return new Map(all.some((pattern) => pattern.some(isVariable)) ? [] : [['yes', stated(() => undefined)]]);
  // All variables of a row, and not the answer alone: they name what stands between.
  const { rows } = await run({ query: sparql.replace(/^\s*SELECT[^{]*?(?=WHERE|\{)/i, 'SELECT DISTINCT * '), entailed: true }, abort);
  const found = new Map<string, Stated[]>();
  for (const row of rows) {
    const value = row[answer]?.value;
    // One way to it is enough.
    if (value !== undefined && !found.has(value)) found.set(value, stated((name) => row[name]?.value));
  }
  return found;
}
