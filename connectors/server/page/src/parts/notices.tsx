// In: messages and errors. Out: they as sentences, for eyes and for screen readers.
import { useEffect } from 'preact/hooks';
import { ask, online, written } from '../lib/api';
import { notice, spoken } from '../lib/notice';
import { keepPlace } from '../lib/place';
import { askReadiness } from '../lib/ready';
import { CloseIcon } from './icons';

const close = (event: MouseEvent) => {
  keepPlace(event.currentTarget as HTMLElement);
  notice.value = null;
};

export function Notices() {
  const shown = notice.value;
  return (
    <>
      <div class="notices" role="status" aria-live="polite" data-testid="notice">
        {shown && (
          <div class={`notice ${shown.kind}`}>
            <span>{shown.text}</span>
            {shown.action && (
              <button
                type="button"
                onClick={(event) => {
                  keepPlace(event.currentTarget);
                  notice.value = null;
                  shown.action?.run();
                }}
              >
                {shown.action.label}
              </button>
            )}
            <button type="button" class="tool" aria-label="Close the message" onClick={close}>
              <CloseIcon />
            </button>
          </div>
        )}
      </div>
      <div class="sr-only" aria-live="polite">
        {spoken.value}
      </div>
    </>
  );
}

/** Says that the server is away, and looks whether it is back. */
export function Offline() {
  const away = !online.value;
  useEffect(() => {
    if (!away) return;
    const timer = setInterval(() => void again(), 5000);
    return () => clearInterval(timer);
  }, [away]);
  if (!away) return null;
  return (
    <div class="offline" role="alert">
      <span>The server does not answer. What you see is what it last said.</span>
      <button type="button" onClick={() => void again()}>
        Try again
      </button>
    </div>
  );
}

async function again() {
  try {
    await ask('status');
    void askReadiness();
    written.value += 1;
  } catch {
    // Still away.
  }
}

export const Busy = ({ what = 'Loading' }: { what?: string }) => (
  <p class="busy" role="status">
    <span class="spinner" aria-hidden="true" />
    {what} …
  </p>
);

export const Failure = ({ error }: { error: Error }) => (
  <p class="failure" role="alert">
    {error.message}
  </p>
);
