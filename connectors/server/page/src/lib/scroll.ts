// In: steps through the history. Out: the page scrolled to where it was when it was left, also where what was there comes late.

/** How long it is waited for what made the page so long, in milliseconds: as long as a slow server may take. */
const PATIENCE = 30_000;

const places = new Map<string, number>();
let key = '';
let stop = () => {};

const keyOf = (state: unknown) => (state as { key?: string } | null)?.key;

/** Names this step of the history, so that it is known again. */
function begin() {
  key = keyOf(history.state) ?? crypto.getRandomValues(new Uint32Array(2)).join('-');
  if (keyOf(history.state) !== key) history.replaceState({ key }, '');
}

export function startScroll() {
  history.scrollRestoration = 'manual';
  begin();
}

/** To be called when the address has changed, before the new view is drawn. */
export function leave() {
  places.set(key, scrollY);
  begin();
}

/** To be called when the new view is drawn: to the top, or back to where it was. */
export function arrive() {
  stop();
  const wanted = places.get(key) ?? 0;
  scrollTo(0, wanted);
  if (wanted === 0) return;
  const until = performance.now() + PATIENCE;
  // As near as the page is long by now: it may have grown shorter meanwhile.
  const observer = new ResizeObserver(() => {
    const late = performance.now() > until;
    if (!late) scrollTo(0, wanted);
    if (late || document.documentElement.scrollHeight - innerHeight >= wanted) stop();
  });
  const events = ['wheel', 'touchstart', 'keydown', 'mousedown'] as const;
  stop = () => {
    observer.disconnect();
    for (const name of events) removeEventListener(name, stop);
    stop = () => {};
  };
  // Who scrolls meanwhile is not brought back.
  for (const name of events) addEventListener(name, stop, { passive: true });
  observer.observe(document.body);
}
