// In: nothing, or a kind of reason. Out: why things were refused, by kind with how many; and some of a kind.
import { ApiError, ask } from './api';
import { quoted, values } from './sparql';
import type { Rejection } from './types';

/** Kinds of reasons that are told. */
const KINDS = 300;
/** Rejections that stand for all where those are too many. */
const FIRST = 2000;
/** Rejections of one kind that are told at once. */
export const SOME = 25;

export interface Kind {
  stage: string;
  /** The reason with `…` for each number and name in it. */
  reason: string;
  count: number;
}

export interface Refused {
  reason: string;
  record: string | null;
  document: string | null;
}

/** Numbers and names are what tells reasons of one kind apart. */
const KIND = String.raw`REPLACE(REPLACE(STR(?reason), "<[^>]*>", "…"), "[0-9]+[.][0-9]+", "…")`;

export interface Kinds {
  kinds: Kind[];
  /** How many rejections were looked at, where not all were. */
  of: number | null;
}

export async function kinds(abort: AbortSignal): Promise<Kinds> {
  try {
    return { kinds: await allKinds(abort), of: null };
  } catch (error) {
    // Where there are too many to be counted in the server's time, the first of them stand for all.
    if (!(error instanceof ApiError) || error.status === 0) throw error;
    return firstKinds(abort);
  }
}

async function firstKinds(abort: AbortSignal): Promise<Kinds> {
  const { rejections } = await ask<{ rejections: Rejection[] }>('rejections', { limit: FIRST }, abort);
  const found = new Map<string, Kind>();
  for (const { stage, reason } of rejections) {
    const kind = reason.replace(/<[^>]*>/g, '…').replace(/[0-9]+[.][0-9]+/g, '…');
    const key = `${stage} ${kind}`;
    found.set(key, { stage, reason: kind, count: (found.get(key)?.count ?? 0) + 1 });
  }
  return { kinds: [...found.values()].sort((one, other) => other.count - one.count).slice(0, KINDS), of: rejections.length };
}

async function allKinds(abort: AbortSignal): Promise<Kind[]> {
  const rows = await values(`SELECT ?stage ?kind (COUNT(*) AS ?count) { GRAPH kgloom:rejected { ?rejection kgloom:stage ?stage ; kgloom:reason ?reason } BIND(${KIND} AS ?kind) } GROUP BY ?stage ?kind ORDER BY DESC(?count) ?stage ?kind LIMIT ${KINDS}`, abort);
  return rows.filter((row) => row.kind).map((row) => ({ stage: row.stage!, reason: row.kind!, count: Number(row.count) }));
}

export async function ofKind({ stage, reason }: Kind, after: number, abort: AbortSignal): Promise<Refused[]> {
  const rows = await values(
    `SELECT ?reason ?record ?document { GRAPH kgloom:rejected { ?rejection kgloom:stage ${quoted(stage)} ; kgloom:reason ?reason OPTIONAL { ?rejection kgloom:record ?record } OPTIONAL { ?rejection kgloom:document ?document } } FILTER(${KIND} = ${quoted(reason)}) } ORDER BY ?document ?record ?reason LIMIT ${SOME} OFFSET ${after}`,
    abort,
  );
  return rows.map((row) => ({ reason: row.reason!, record: row.record ?? null, document: row.document ?? null }));
}
