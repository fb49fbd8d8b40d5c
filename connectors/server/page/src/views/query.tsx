// In: SPARQL. Out: its rows as a table or a drawing, errors in their place, and files.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, aborted, ask, written } from '../lib/api';
import { many } from '../lib/names';
import { fail, say } from '../lib/notice';
import { settle } from '../lib/route';
import { save } from '../lib/save';
import { schema } from '../lib/schema';
import { download, run } from '../lib/sparql';
import type { Rows, Start } from '../lib/types';
import type { Editor } from '../editor/editor';
import { Failure } from '../parts/notices';
import { Results } from '../parts/results';

const FIRST = 'SELECT ?head ?relation ?tail WHERE {\n  ?head ?relation ?tail .\n}\nLIMIT 50';

interface State {
  busy: boolean;
  result: Rows | null;
  query: string;
  error: Error | null;
  took: number;
}

const nothing: State = { busy: false, result: null, query: '', error: null, took: 0 };

export function QueryView({ parameters }: { parameters: Record<string, string> }) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const text = useRef(parameters.q ?? '');
  const controller = useRef<AbortController | null>(null);
  const [state, setState] = useState<State>(nothing);
  const [entailed, setEntailed] = useState(parameters.entailed === '1');
  const wantsEntailed = useRef(entailed);
  wantsEntailed.current = entailed;
  const [names, setNames] = useState(new Map<string, string>());
  const [plain, setPlain] = useState(true);

  const start = async () => {
    const query = (editor.current?.text() ?? text.current).trim();
    if (!query) return;
    controller.current?.abort();
    const own = (controller.current = new AbortController());
    text.current = query;
    settle('query', { q: query, entailed: wantsEntailed.current ? '1' : undefined, show: parameters.show });
    editor.current?.mark(null);
    setState((before) => ({ ...before, busy: true, error: null }));
    const began = performance.now();
    try {
      const result = await run({ query, entailed: wantsEntailed.current }, own.signal);
      if (own.signal.aborted) return;
      setState({ busy: false, result, query, error: null, took: performance.now() - began });
      say(result.truth === null ? many(result.rows.length, 'row') : result.truth ? 'yes' : 'no');
    } catch (error) {
      if (aborted(error) || own.signal.aborted) return;
      setState({ ...nothing, error: error as Error });
      mark(error);
    }
  };
  const tab = parameters.show === 'drawing' ? 'drawing' : 'table';
  const showTab = (to: 'table' | 'drawing') => settle('query', { ...parameters, show: to === 'drawing' ? to : undefined });
  const mark = (error: unknown) => {
    if (error instanceof ApiError && error.line) editor.current?.mark({ line: error.line, column: error.column ?? 1, message: error.message });
  };
  const failed = useRef<unknown>(null);
  failed.current = state.error;
  const latest = useRef(start);
  latest.current = start;
  const cancel = () => {
    controller.current?.abort();
    setState((before) => ({ ...before, busy: false }));
    say('Cancelled');
  };

  useEffect(() => {
    let gone = false;
    schema().then((known) => !gone && setNames(new Map([...known.relations, ...known.classes].map((one) => [one.short, one.label]))), () => undefined);
    const ready = async () => {
      if (!text.current) text.current = (await ask<Start>('start').catch(() => null))?.query || FIRST;
      if (gone) return;
      // What comes of it is seen at once, and Run cannot be pressed too early: the editor may come later.
      void latest.current();
      const { edit } = await import('../editor/editor');
      if (gone || !box.current) return;
      setPlain(false);
      editor.current = edit(box.current, text.current, () => void latest.current());
      mark(failed.current);
    };
    ready().catch(() => gone || fail(new Error('The editor could not be fetched. Load the page again.')));
    return () => {
      gone = true;
      controller.current?.abort();
      editor.current?.close();
    };
  }, []);
  useEffect(() => {
    // Another query by a link, or by the way back.
    if (!editor.current || !parameters.q || parameters.q === text.current) return;
    text.current = parameters.q;
    editor.current.write(parameters.q);
    void latest.current();
  }, [parameters.q]);
  useEffect(() => {
    if (written.value && state.result) void latest.current();
  }, [written.value]);

  const file = async (accept: string, name: string) => {
    try {
      save(await download({ query: state.query, entailed }, accept), name);
    } catch (error) {
      fail(error);
    }
  };
  return (
    <section class="query">
      <h1>Query</h1>
      <div class="editor-card">
        <div ref={box} class="editor" data-testid="editor" aria-busy={plain} />
        <div class="row editor-tools">
          {state.busy ? (
            <button type="button" onClick={cancel}>
              Cancel
            </button>
          ) : (
            <button type="button" class="primary" onClick={() => void start()}>
              Run
            </button>
          )}
          <kbd>{/Mac/.test(navigator.platform) ? '⌘' : 'Ctrl'} Enter</kbd>
          <label class="check">
            <input type="checkbox" checked={entailed} onChange={(event) => setEntailed(event.currentTarget.checked)} />
            with what follows
          </label>
          <span class="grow" />
          {state.busy && (
            <span class="busy" role="status">
              <span class="spinner" aria-hidden="true" /> running …
            </span>
          )}
        </div>
      </div>
      {state.error && <Failure error={state.error} />}
      {state.error instanceof ApiError && state.error.line && !/\bline \d/i.test(state.error.message) && (
        <p class="quiet">
          Line {state.error.line}, column {state.error.column}
        </p>
      )}
      {state.result && <Results key={state.query} result={state.result} query={state.query} names={names} took={state.took} stale={state.busy} tab={tab} onTab={showTab} onFile={(accept, name) => void file(accept, name)} />}
    </section>
  );
}
