// In: what stands before the cursor. Out: relations and classes of this graph, its names, variables, SPARQL's words.
import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import { ask } from '../lib/api';
import { schema } from '../lib/schema';
import type { Entity } from '../lib/types';

const words =
  'SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS GRAPH BIND VALUES ORDER BY GROUP HAVING LIMIT OFFSET ASC DESC COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT CONSTRUCT DESCRIBE ASK PREFIX FROM EXISTS NOT IN AS REGEX CONTAINS STRSTARTS STRENDS LANG STR YEAR MONTH BOUND IF COALESCE CONCAT'.split(' ');

/** Relations and classes, found by their label as well as by their short name. */
const known: CompletionSource = async (context) => {
  const word = context.matchBefore(/[\w-]*:?[\w-]*/);
  if (!word || (word.from === word.to && !context.explicit) || inQuotes(context) || context.state.sliceDoc(word.from - 1, word.from) === '?') return null;
  const { relations, classes } = await schema();
  const of = (one: { short: string; iri: string; label: string }, detail: string, boost: number): Completion => {
    const written = /^[\w-]+:[\w-]+$/.test(one.short) ? one.short : `<${one.iri}>`;
    return { label: `${one.short} ${one.label}`, displayLabel: one.short, detail, apply: written, type: 'property', boost };
  };
  const options = [
    ...relations.map((one) => of(one, `${one.label} · ${one.facts}`, Math.min(20, Math.log2(one.facts + 1)))),
    ...classes.map((one) => of(one, `class ${one.label} · ${one.things}`, 1)),
    ...words.map((label) => ({ label, type: 'keyword', boost: -5 })),
  ];
  return { from: word.from, options, validFor: /^[\w-]*:?[\w-]*$/ };
};

/** Names of the graph: `organization:Lum`, or `"Lum` as a label. */
const names: CompletionSource = async (context) => {
  const quoted = /"([^"\n]{2,})$/.exec(before(context));
  if (quoted && inQuotes(context)) {
    const found = await find(quoted[1], context);
    return result(context.pos - quoted[1].length, found, (entity) => entity.name.replace(/["\\]/g, '\\$&'));
  }
  const prefixed = /(?:^|[\s{(,;^/|])((?!wdt:)[a-z][\w-]*:)([\p{L}\p{N}_.%~-]{1,})$/u.exec(before(context));
  if (!prefixed || inQuotes(context)) return null;
  const found = await find(prefixed[2].replaceAll('_', ' '), context);
  const fitting = found.filter((entity) => entity.short.startsWith(prefixed[1]));
  return result(context.pos - prefixed[1].length - prefixed[2].length, fitting, (entity) => entity.short);
};

function result(from: number, found: Entity[], apply: (entity: Entity) => string): CompletionResult | null {
  if (!found.length) return null;
  const options = found.map((entity) => ({ label: entity.name, detail: `${entity.class} · ${entity.facts}`, apply: apply(entity), type: 'constant' }));
  // The server has chosen already; what is typed next asks again.
  return { from, options, filter: false };
}

async function find(text: string, context: CompletionContext): Promise<Entity[]> {
  const controller = new AbortController();
  context.addEventListener('abort', () => controller.abort());
  try {
    return (await ask<{ found: Entity[] }>('find', { text, limit: 12 }, controller.signal)).found;
  } catch {
    return [];
  }
}

const variables: CompletionSource = (context) => {
  const word = context.matchBefore(/\?\w*/);
  if (!word) return null;
  const all = new Set(context.state.doc.toString().match(/\?\w+/g));
  all.delete(word.text);
  return { from: word.from, options: [...all].map((label) => ({ label, type: 'variable' })), validFor: /^\?\w*$/ };
};

const before = (context: CompletionContext) => context.state.sliceDoc(context.state.doc.lineAt(context.pos).from, context.pos);

const inQuotes = (context: CompletionContext) => (before(context).match(/(?<!\\)"/g) ?? []).length % 2 === 1;

export const completions: CompletionSource[] = [known, names, variables];
