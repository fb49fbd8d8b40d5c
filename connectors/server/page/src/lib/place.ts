// In: a control that may go with what it stands in. Out: the keyboard at the heading before it once it is gone. Never: at the next
// control of its kind, which a second press would set off.

/** How long what a press changes may take to be seen, in milliseconds. */
const PATIENCE = 30_000;

/** The headings before a control, the nearest first: some may go with it. A message stands beside all of them. */
function headings(control: Element): HTMLElement[] {
  if (!control.closest('main')) return [];
  const all = [...document.querySelectorAll<HTMLElement>('main h1, main h2, main h3')];
  return all.filter((one) => one.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_FOLLOWING).reverse();
}

/** Puts the keyboard on what is no control itself. */
function rest(on: HTMLElement | null | undefined) {
  if (!on) return;
  if (!on.hasAttribute('tabindex')) on.tabIndex = -1;
  on.focus({ preventScroll: true });
}

/** To be called when a control is pressed that takes away what it stands in, before that goes. */
export function keepPlace(control: HTMLElement) {
  const before = headings(control);
  const observer = new MutationObserver(() => {
    if (control.isConnected) return;
    end();
    const active = document.activeElement;
    // Who has gone elsewhere meanwhile stays there.
    if (!active || active === document.body) rest(before.find((one) => one.isConnected) ?? document.querySelector<HTMLElement>('main'));
  });
  const timer = setTimeout(() => end(), PATIENCE);
  const end = () => {
    observer.disconnect();
    clearTimeout(timer);
  };
  observer.observe(document.body, { childList: true, subtree: true });
}
