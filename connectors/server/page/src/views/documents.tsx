// In: the documents' ids. Out: a list in pages, and a way to put a new document.
import { useState } from 'preact/hooks';
import { ask, documentPath, write, written } from '../lib/api';
import { changes } from '../lib/correct';
import { useLoaded } from '../lib/load';
import { bytes, count } from '../lib/names';
import { fail, tell } from '../lib/notice';
import { documentLink, go, settle } from '../lib/route';
import { token, tokenAsked } from '../lib/token';
import type { DocumentPage } from '../lib/types';
import { Busy, Failure } from '../parts/notices';

const PAGE = 50;

/** The greatest id before all that begin so: the list is in order, so it can start there. */
export function before(prefix: string): string {
  const letters = [...prefix];
  const last = letters.pop()?.codePointAt(0);
  if (!last) return '';
  const previous = last === 0xe000 ? 0xd7ff : last - 1;
  return previous < 1 ? letters.join('') : `${letters.join('')}${String.fromCodePoint(previous)}\u{10ffff}`;
}

export function Documents({ parameters }: { parameters: Record<string, string> }) {
  const begins = parameters.begins ?? '';
  const after = parameters.after ?? '';
  const [trail, setTrail] = useState<string[]>([]);
  const [writing, setWriting] = useState(false);
  const load = (abort: AbortSignal) => ask<DocumentPage>('documents', { after: after || before(begins), limit: PAGE }, abort);
  const { data, error, busy } = useLoaded(load, [begins, after, written.value]);
  const rows = (data?.documents ?? []).filter((row) => row.id.startsWith(begins));
  const next = rows.length === data?.documents.length ? data?.next : null;
  const turn = (to: string) => settle('documents', { begins, after: to });
  const compose = () => (token.value ? setWriting(!writing) : (tokenAsked.value = true));
  return (
    <section>
      <div class="title-row">
        <h1>Documents {data && <span class="count">{count(data.total)}</span>}</h1>
        <button type="button" class="primary" aria-expanded={writing} onClick={compose}>
          New document
        </button>
      </div>
      {writing && <Compose onDone={(id) => go('document', { id })} onCancel={() => setWriting(false)} />}
      <label class="field narrow">
        <span>Ids that begin with</span>
        <input
          type="search"
          value={begins}
          onInput={(event) => {
            setTrail([]);
            settle('documents', { begins: event.currentTarget.value });
          }}
        />
      </label>
      {busy && !data && <Busy />}
      {error && <Failure error={error} />}
      {data && rows.length === 0 && <p class="card empty">{begins ? `No id begins with “${begins}”.` : 'There are no documents yet.'}</p>}
      {rows.length > 0 && (
        <ul class="list" data-testid="documents">
          {rows.map((row) => (
            <li key={row.id}>
              <a href={documentLink(row.id)}>{row.id}</a>
              {row.refused && <span class="chip bad" title={row.refused.location ?? undefined}>refused: {row.refused.reason}</span>}
              <span class="quiet number">{bytes(row.bytes)}</span>
            </li>
          ))}
        </ul>
      )}
      {(after || next) && (
        <nav class="row" aria-label="Pages">
          <button
            type="button"
            disabled={!after}
            onClick={() => {
              turn(trail.at(-1) ?? '');
              setTrail(trail.slice(0, -1));
            }}
          >
            ← Before
          </button>
          <button
            type="button"
            disabled={!next}
            onClick={() => {
              setTrail([...trail, after]);
              turn(next ?? '');
            }}
          >
            After →
          </button>
        </nav>
      )}
    </section>
  );
}

interface Composed {
  onDone: (id: string) => void;
  onCancel: () => void;
  id?: string;
  text?: string;
}

/** Writes a new document, or an old one anew. */
export function Compose({ onDone, onCancel, id: known, text: old = '' }: Composed) {
  const [id, setId] = useState(known ?? '');
  const [text, setText] = useState(old);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const answer = await write('PUT', documentPath(id.trim()), text, 'text/plain; charset=utf-8');
      const refused = answer.refused?.[0];
      if (refused) fail(new Error(`Refused: ${refused.reason}.`));
      else tell(`${answer.unchanged ? 'It is as it was.' : 'It is read.'} ${changes(answer)}`);
      onDone(id.trim());
    } catch (error) {
      fail(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="card stack" onSubmit={submit} data-testid="compose">
      {!known && (
        <label class="field">
          <span>Id, such as notes/today.txt</span>
          <input required value={id} spellcheck={false} onInput={(event) => setId(event.currentTarget.value)} />
        </label>
      )}
      <label class="field">
        <span>Text</span>
        <textarea required rows={9} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <div class="row end">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" class="primary" disabled={busy || !id.trim() || !text.trim()}>
          {busy ? 'Reading …' : known ? 'Replace' : 'Put'}
        </button>
      </div>
    </form>
  );
}
