// In: an element and a query. Out: an editor that completes from the graph and shows errors in place. Fetched when needed.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, drawSelection, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import { sparql } from 'codemirror-lang-sparql';
import { completions } from './completions';

export interface Fault {
  line: number;
  column: number;
  message: string;
}

export interface Editor {
  text(): string;
  write(text: string): void;
  mark(fault: Fault | null): void;
  close(): void;
}

export function edit(parent: HTMLElement, text: string, run: () => void): Editor {
  const runs = () => {
    run();
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        // Before all others, because Enter alone means something else.
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run: runs }])),
        // The server's policy allows style elements that bear this word.
        EditorView.cspNonce.of('kgloom'),
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        sparql(),
        syntaxHighlighting(classHighlighter),
        autocompletion({ override: completions, icons: false, activateOnTyping: true }),
        lintGutter(),
        placeholder('SELECT …'),
        EditorView.domEventHandlers({ beforeinput: overSelection }),
        EditorView.lineWrapping,
        // Tab stays with the page, so that the keyboard gets out again.
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': 'SPARQL query', spellcheck: 'false' }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    write: (content) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: content } }),
    mark(fault) {
      view.dispatch(setDiagnostics(view.state, fault ? [diagnostic(view, fault)] : []));
    },
    close: () => view.destroy(),
  };
}

/**
 * Typing over a selection: the browser would keep the look of what was selected by a style attribute, which the server's
 * policy forbids, so the text is put here.
 */
function overSelection(event: InputEvent, view: EditorView): boolean {
  const { from, to, empty } = view.state.selection.main;
  const text = event.data;
  if (event.inputType !== 'insertText' || text === null || empty || view.composing) return false;
  event.preventDefault();
  const plain = () => view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type' });
  const taken = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, plain));
  if (!taken) view.dispatch(plain());
  return true;
}

function diagnostic(view: EditorView, { line, column, message }: Fault) {
  const at = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
  let from = Math.min(at.from + Math.max(0, column - 1), at.to);
  const word = /^\S+/.exec(at.text.slice(from - at.from))?.[0] ?? '';
  // At a line's end there is no word: the last letter is marked.
  if (!word && from > at.from) from -= 1;
  const to = Math.min(at.to, from + Math.max(1, word.length));
  return { from, to, severity: 'error' as const, message };
}
