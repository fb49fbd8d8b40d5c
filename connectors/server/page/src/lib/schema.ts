// In: nothing. Out: the graph's classes and relations, asked once for each state of the graph.
import { ask, written } from './api';
import type { Schema } from './types';

let kept: { at: number; schema: Promise<Schema> } | null = null;

export function schema(): Promise<Schema> {
  if (kept?.at !== written.value) {
    const asked = ask<Schema>('schema');
    kept = { at: written.value, schema: asked };
    // An error is not kept: the next view asks again.
    asked.catch(() => (kept = null));
  }
  return kept!.schema;
}
