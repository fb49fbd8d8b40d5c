// In: a text that ids contain or begin with, and where to go on. Out: a page of documents, in the order of their ids.
import { ask } from './api';
import type { DocumentPage, DocumentRow } from './types';

export const PAGE = 50;

export interface Wanted {
  begins: string;
  has: string;
  after: string;
}

/** The greatest id before all that begin so: the list is in order, so it can start there. */
export function before(prefix: string): string {
  const letters = [...prefix];
  const last = letters.pop()?.codePointAt(0);
  if (!last) return '';
  const previous = last === 0xe000 ? 0xd7ff : last - 1;
  return previous < 1 ? letters.join('') : `${letters.join('')}${String.fromCodePoint(previous)}\u{10ffff}`;
}

/** A page of documents; `onLooked` hears up to which id was looked, where it takes long. */
export function page(wanted: Wanted, abort: AbortSignal, onLooked: (at: string) => void): Promise<DocumentPage> {
  return wanted.has ? containing(wanted, abort, onLooked) : beginning(wanted, abort);
}

async function beginning({ begins, after }: Wanted, abort: AbortSignal): Promise<DocumentPage> {
  const told = await ask<DocumentPage>('documents', { after: after || before(begins), limit: PAGE }, abort);
  const documents = told.documents.filter((row) => row.id.startsWith(begins));
  return { documents, next: documents.length === told.documents.length ? told.next : null, total: told.total };
}

/** The server looks through ids for a while and then says where it ended: it is asked again until a page is full. */
async function containing({ has, after }: Wanted, abort: AbortSignal, onLooked: (at: string) => void): Promise<DocumentPage> {
  const documents: DocumentRow[] = [];
  let next: string | null = after;
  let total = 0;
  do {
    const told: DocumentPage = await ask<DocumentPage>('documents', { after: next ?? '', limit: PAGE - documents.length, containing: has }, abort);
    documents.push(...told.documents);
    ({ next, total } = told);
    if (next !== null) onLooked(next);
  } while (next !== null && documents.length < PAGE);
  return { documents, next, total };
}
