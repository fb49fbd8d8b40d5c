// In: a document's id. Out: its text with the mentions as links, the facts read from it; it may be replaced or deleted.
import { useMemo, useState } from 'preact/hooks';
import { ask, documentPath, write, written } from '../lib/api';
import { slot } from '../lib/colours';
import { changes } from '../lib/correct';
import { useLoaded } from '../lib/load';
import { bytes, many } from '../lib/names';
import { fail, tell } from '../lib/notice';
import { entityLink, go } from '../lib/route';
import { token, tokenAsked } from '../lib/token';
import type { Piece, Reading } from '../lib/types';
import { DocumentTopics, Odd, useOddness } from '../parts/beside';
import { Compose } from '../parts/compose';
import { Dialog } from '../parts/dialog';
import { Why } from '../parts/explanation';
import { Busy, Failure } from '../parts/notices';
import { ClassDot, TermLink, TermName } from '../parts/terms';

/** Pieces that are drawn at once; a book has more. */
const SHOWN = 4000;

export function DocumentView({ parameters }: { parameters: Record<string, string> }) {
  const id = parameters.id ?? '';
  const { data, error, busy } = useLoaded((abort) => ask<Reading>(documentPath(id), { view: 'reading' }, abort), [id, written.value]);
  const [mode, setMode] = useState<'read' | 'replace' | 'delete'>('read');
  const may = (then: () => void) => (token.value ? then() : (tokenAsked.value = true));
  const text = useMemo(() => data?.pieces.map((piece) => piece.text).join('') ?? '', [data]);
  const remove = async () => {
    setMode('read');
    try {
      tell(`${id} is deleted. ${changes(await write('DELETE', documentPath(id)))}`);
      go('documents');
    } catch (failed) {
      fail(failed);
    }
  };
  return (
    <section>
      <p class="kicker">
        <a href="#/documents">Documents</a>
      </p>
      <div class="title-row">
        <h1 class="break">{id}</h1>
        <div class="row">
          <button type="button" disabled={!data} onClick={() => may(() => setMode(mode === 'replace' ? 'read' : 'replace'))}>
            Replace
          </button>
          <button type="button" class="danger" disabled={!data} onClick={() => may(() => setMode('delete'))}>
            Delete
          </button>
        </div>
      </div>
      {busy && !data && <Busy what="Reading" />}
      {error && <Failure error={error} />}
      {mode === 'delete' && (
        <Dialog title="Delete this document?" onClose={() => setMode('read')}>
          <p>What only {id} said goes from the graph with it.</p>
          <div class="row end">
            <button type="button" onClick={() => setMode('read')}>
              Keep it
            </button>
            <button type="button" class="danger" onClick={() => void remove()}>
              Delete
            </button>
          </div>
        </Dialog>
      )}
      {data && mode === 'replace' && <Compose id={id} text={text} onDone={() => setMode('read')} onCancel={() => setMode('read')} />}
      {data && (
        <div class="two-columns">
          <div>
            <Text pieces={data.pieces} />
            <p class="quiet">{bytes(data.bytes)}</p>
            <Beside id={id} />
          </div>
          <FactsRead reading={data} />
        </div>
      )}
    </section>
  );
}

/** What is told of it beside the graph, where anything is. */
function Beside({ id }: { id: string }) {
  const odd = useOddness([id]).get(id);
  return (
    <>
      {odd && (
        <section aria-labelledby="how-usual">
          <h2 id="how-usual">How usual it is</h2>
          <Odd odd={odd} />
        </section>
      )}
      <DocumentTopics id={id} />
    </>
  );
}

function Text({ pieces }: { pieces: Piece[] }) {
  const [all, setAll] = useState(false);
  const classes = [...new Set(pieces.flatMap((piece) => (piece.entity && piece.class ? [piece.class] : [])))].sort();
  return (
    <>
      {classes.length > 0 && (
        <p class="legend-line" aria-label="Classes of the mentions">
          {classes.map((name) => (
            <span key={name}>
              <ClassDot name={name} />
              {name}
            </span>
          ))}
        </p>
      )}
      <article class="card text" data-testid="text">
        {(all ? pieces : pieces.slice(0, SHOWN)).map((piece, index) =>
          piece.entity ? (
            <a key={index} class={`mention mention-${slot(piece.class ?? '')}`} href={entityLink(piece.entity)} title={`${piece.name ?? ''}${piece.class ? `, ${piece.class}` : ''}`}>
              {piece.text}
            </a>
          ) : (
            piece.text
          ),
        )}
      </article>
      {!all && pieces.length > SHOWN && (
        <button type="button" onClick={() => setAll(true)}>
          Show the whole text
        </button>
      )}
    </>
  );
}

function FactsRead({ reading }: { reading: Reading }) {
  const [open, setOpen] = useState(-1);
  const [shown, setShown] = useState(100);
  return (
    <section class="facts-read" aria-labelledby="read-facts">
      <h2 id="read-facts">{many(reading.facts.length, 'fact')} read from it</h2>
      {reading.facts.length === 0 && <p class="quiet">Nothing was read from it that the graph believes.</p>}
      <ul class="list" data-testid="document-facts">
        {reading.facts.slice(0, shown).map((fact, index) => (
          <li key={index} class="fact-line">
            <span>
              <TermLink term={fact.subject} />{' '}
              <span class="relation">
                <TermName term={fact.relation} />
              </span>{' '}
              <TermLink term={fact.object} />
            </span>
            <button type="button" class="small" aria-expanded={open === index} onClick={() => setOpen(open === index ? -1 : index)}>
              why?
            </button>
            {open === index && <Why subject={fact.subject.value} relation={fact.relation.value} object={fact.object.value} />}
          </li>
        ))}
      </ul>
      {reading.facts.length > shown && (
        <button type="button" onClick={() => setShown(shown + 500)}>
          Show more
        </button>
      )}
    </section>
  );
}
