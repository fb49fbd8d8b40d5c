// In: the token, typed or already there. Out: it kept for this tab, or forgotten.
import { useState } from 'preact/hooks';
import { keep, token, tokenAsked } from '../lib/token';
import { tell } from '../lib/notice';
import { Dialog } from './dialog';

export const TokenDialog = () => (tokenAsked.value ? <Opened /> : null);

function Opened() {
  const [typed, setTyped] = useState('');
  const close = () => (tokenAsked.value = false);
  const submit = (event: Event) => {
    event.preventDefault();
    // The whole address may be pasted as it was printed.
    keep(/token=([^&\s]+)/.exec(typed)?.[1] ?? typed);
    tell('The token is kept for this tab.');
    close();
  };
  return (
    <Dialog title="Token for writing" onClose={close}>
      <p>Everybody who reaches this server may read. Documents and corrections take a token. <code>kgloom serve</code> prints it as part of the page's address, and it stands in <code>serve.json</code> in the state folder.</p>
      {token.value ? (
        <div class="row">
          <span class="good">This tab has a token.</span>
          <button
            type="button"
            onClick={() => {
              keep('');
              tell('The token is forgotten.');
              close();
            }}
          >
            Forget it
          </button>
        </div>
      ) : (
        <form class="stack" onSubmit={submit}>
          <label class="field">
            <span>Token, or the printed address</span>
            <input type="password" autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
          </label>
          <div class="row end">
            <button type="button" onClick={close}>
              Cancel
            </button>
            <button type="submit" class="primary" disabled={!typed.trim()}>
              Keep it
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
