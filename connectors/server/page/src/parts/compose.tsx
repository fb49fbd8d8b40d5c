// In: nothing, or a document that is there. Out: a form that puts it, or puts it anew.
import { useState } from 'preact/hooks';
import { documentPath, write } from '../lib/api';
import { changes } from '../lib/correct';
import { fail, tell } from '../lib/notice';

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
