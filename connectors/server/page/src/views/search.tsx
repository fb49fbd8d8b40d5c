// In: a description. Out: the things or documents that it describes, by words and meaning, and what speaks for each.
import { useEffect, useState } from 'preact/hooks';
import { ask, written } from '../lib/api';
import { useLoaded } from '../lib/load';
import { many } from '../lib/names';
import { say } from '../lib/notice';
import { documentLink, entityLink, go, settle } from '../lib/route';
import { schema } from '../lib/schema';
import type { Hit, SchemaClass, Searched } from '../lib/types';
import { SearchIcon } from '../parts/icons';
import { Busy, Failure } from '../parts/notices';
import { Score, ScoreParts, ScoreSources } from '../parts/score';
import { Segments } from '../parts/segments';
import { ClassDot } from '../parts/terms';

const FIRST = 10;
const EXAMPLES = ['people who write about the sea', 'companies that make software', 'places by a river'];

const TARGETS = [['things', 'Things'], ['documents', 'Documents']] as const;
const WAYS = [['both', 'Words and meaning'], ['words', 'Words'], ['vectors', 'Meaning']] as const;

type Way = (typeof WAYS)[number][0];

export function SearchView({ parameters }: { parameters: Record<string, string> }) {
  const { q = '', by = 'both', of = 'things', explain = '', limit = '' } = parameters;
  const documents = of === 'documents';
  // A class or a pattern is of things; kinds are told by meaning alone.
  const narrowed = documents ? {} : { class: parameters.class, where: parameters.where };
  const spread = parameters.spread ?? '';
  const asked = { text: q, ...narrowed, documents: documents ? 'true' : undefined, by: spread ? 'vectors' : by, limit: limit || FIRST, spread, explain: explain && 'true' };
  const load = (abort: AbortSignal) => (q.trim() ? ask<Searched>('search', asked, abort) : Promise.resolve(null));
  const { data, error, busy } = useLoaded(load, [JSON.stringify(asked), written.value]);
  const set = (changed: Record<string, string | undefined>) => settle('search', { ...parameters, limit: undefined, ...changed });
  useEffect(() => {
    if (data) say(data.found.length ? `${many(data.found.length, documents ? 'document' : 'thing')} found` : 'Nothing found');
  }, [data]);
  return (
    <section class="by-meaning">
      <h1>Search by meaning</h1>
      <p class="lead">Describe what you look for. What your texts say around each thing is compared with your words.</p>
      <Box text={q} onSearch={(text) => go('search', { ...parameters, q: text, limit: undefined })} />
      <div class="filters">
        <Segments label="Find" options={TARGETS} value={documents ? 'documents' : 'things'} onChoose={(to) => set({ of: to === 'things' ? undefined : to })} />
        {!documents && <ClassChoice value={parameters.class ?? ''} onChoose={(to) => set({ class: to })} />}
        <Segments label="By" options={WAYS} value={spread ? 'vectors' : (by as Way)} disabled={Boolean(spread)} onChoose={(to) => set({ by: to === 'both' ? undefined : to })} />
        <label class="check">
          <input type="checkbox" checked={Boolean(explain)} onChange={(event) => set({ explain: event.currentTarget.checked ? '1' : undefined, limit })} />
          Show what speaks for each
        </label>
        <Finer key={`${parameters.where} ${spread}`} where={parameters.where ?? ''} spread={spread} documents={documents} onSet={set} />
      </div>
      {!q.trim() && <Examples onTake={(text) => go('search', { ...parameters, q: text })} />}
      {busy && q && !data && <Busy what="Searching" />}
      {error && <Failure error={error} />}
      {data && <Found searched={data} busy={busy} />}
      {data && data.found.length >= Number(limit || FIRST) && data.found.length < 1000 && (
        <p>
          <button type="button" disabled={busy} onClick={() => settle('search', { ...parameters, limit: String(Math.min(1000, Number(limit || FIRST) * 3)) })}>
            Show more
          </button>
        </p>
      )}
    </section>
  );
}

function Box({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const submit = (event: Event) => {
    event.preventDefault();
    if (typed.trim()) onSearch(typed.trim());
  };
  return (
    <form class="search meaning-box" role="search" aria-label="By meaning" onSubmit={submit}>
      <SearchIcon />
      <input type="text" inputMode="search" enterKeyHint="search" aria-label="What you look for, in your own words" placeholder="For example: people who write about the sea" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
      <button type="submit" class="primary" disabled={!typed.trim()}>
        Search
      </button>
    </form>
  );
}

function ClassChoice({ value, onChoose }: { value: string; onChoose: (to: string | undefined) => void }) {
  const { data } = useLoaded(() => schema(), [written.value]);
  const classes = data?.classes.filter((one) => one.things > 0) ?? [];
  const name = (one: SchemaClass) => one.label || one.short;
  return (
    <label class="field">
      <span>Class</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value || undefined)}>
        <option value="">all</option>
        {classes.map((one) => (
          <option key={one.iri} value={name(one)}>
            {name(one)}
          </option>
        ))}
        {value && !classes.some((one) => name(one) === value) && <option value={value}>{value}</option>}
      </select>
    </label>
  );
}

/** What few need: a pattern, and one list for several kinds of answers. */
function Finer({ where, spread, documents, onSet }: { where: string; spread: string; documents: boolean; onSet: (changed: Record<string, string | undefined>) => void }) {
  const [pattern, setPattern] = useState(where);
  return (
    <details class="finer" open={Boolean(where || spread)}>
      <summary>Finer</summary>
      <div class="finer-inner">
        <label class="check">
          <input type="checkbox" checked={Boolean(spread)} onChange={(event) => onSet({ spread: event.currentTarget.checked ? '4' : undefined })} />
          Several kinds of answers, so that one does not hide the others
        </label>
        {!documents && (
          <form
            class="row"
            onSubmit={(event) => {
              event.preventDefault();
              onSet({ where: pattern.trim() || undefined });
            }}
          >
            <label class="field grow">
              <span>
                Only what <code>?x</code> may be in this pattern of SPARQL
              </span>
              <input spellcheck={false} placeholder="?x wdt:P19 ?place" value={pattern} onInput={(event) => setPattern(event.currentTarget.value)} />
            </label>
            <button type="submit">Apply</button>
          </form>
        )}
      </div>
    </details>
  );
}

function Examples({ onTake }: { onTake: (text: string) => void }) {
  return (
    <div class="examples">
      <h2>For example</h2>
      <div class="row">
        {EXAMPLES.map((text) => (
          <button key={text} type="button" class="offer" onClick={() => onTake(text)}>
            {text}
          </button>
        ))}
      </div>
    </div>
  );
}

function Found({ searched, busy }: { searched: Searched; busy: boolean }) {
  const { found, plan, exact, shares, encoder } = searched;
  const recall = encoder?.bridge?.recall;
  if (found.length === 0) return <p class="card empty">Nothing is said that is like this, or nothing fits what is asked.</p>;
  const best = Math.max(...found.map((hit) => hit.score));
  return (
    <>
      {shares.length > 0 && (
        <p class="quiet">
          {shares.length} kinds of answers: {shares.map((share, index) => `kind ${index + 1} is ${Math.round(100 * share)}% of the list`).join(', ')}.
        </p>
      )}
      <ol class={`hits ${busy ? 'stale' : ''}`} data-testid="hits">
        {found.map((hit) => (
          <HitRow key={hit.iri ?? hit.value ?? hit.id} hit={hit} best={best} />
        ))}
      </ol>
      {plan && (
        <p class="quiet plan">
          Meaning was compared by {plan}.{!exact && ' That is a shortlist: a better answer may have been passed over.'}
          {encoder && ` Your words were read by ${encoder.id}${recall === undefined ? '' : `, over a bridge that finds ${Math.round(100 * recall)}% of the same`}.`}
        </p>
      )}
    </>
  );
}

function HitRow({ hit, best }: { hit: Hit; best: number }) {
  const iri = hit.iri ?? hit.value;
  return (
    <li class="hit">
      <div class="hit-head">
        <span class="hit-name">
          {hit.id !== undefined ? <a href={documentLink(hit.id)}>{hit.id}</a> : <a href={entityLink(iri ?? '')}>{hit.name || hit.label || iri}</a>}
          {hit.class && (
            <span class="quiet">
              <ClassDot name={hit.class} />
              {hit.class}
              {hit.facts !== undefined && ` · ${many(hit.facts, 'fact')}`}
            </span>
          )}
        </span>
        <Score hit={hit} best={best} />
      </div>
      {hit.text && <p class="hit-text">{hit.text}</p>}
      <div class="hit-sources">
        <ScoreSources hit={hit} />
      </div>
      {hit.explanation && <ScoreParts explanation={hit.explanation} meaning={hit.meaning} />}
    </li>
  );
}
