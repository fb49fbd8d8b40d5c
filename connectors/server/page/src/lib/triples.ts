// In: N-Triples. Out: they as rows of subject, predicate and object.
import type { Binding, Row } from './types';

export interface Triple extends Row {
  subject: Binding;
  predicate: Binding;
  object: Binding;
}

const LINE = /^(<[^>]*>|_:\S+)\s+<([^>]*)>\s+(<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:\^\^<[^>]*>|@[\w-]+)?)\s*\.?\s*$/;

export function triples(text: string): Triple[] {
  const rows: Triple[] = [];
  for (const line of text.split('\n')) {
    const found = LINE.exec(line.trim());
    if (found) rows.push({ subject: term(found[1]), predicate: { type: 'uri', value: found[2] }, object: term(found[3]) });
  }
  return rows;
}

function term(text: string): Binding {
  if (text.startsWith('<')) return { type: 'uri', value: unescaped(text.slice(1, -1)) };
  if (text.startsWith('_:')) return { type: 'bnode', value: text.slice(2) };
  const [, value, datatype, language] = /^"((?:[^"\\]|\\.)*)"(?:\^\^<([^>]*)>|@([\w-]+))?$/.exec(text)!;
  return { type: 'literal', value: unescaped(value), datatype, 'xml:lang': language };
}

const letters: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

const unescaped = (text: string) =>
  text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short, long, letter) => (short || long ? String.fromCodePoint(parseInt(short ?? long, 16)) : (letters[letter] ?? letter)));
