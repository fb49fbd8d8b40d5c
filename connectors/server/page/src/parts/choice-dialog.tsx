// In: what may be chosen, and what is said above and below it. Out: a window in which one of them is chosen, and word of it.
import type { ComponentChildren } from 'preact';
import { Dialog } from './dialog';
import { ClassDot } from './terms';

export interface Choice {
  key: string;
  name: string;
  /** Whose colour stands before it. */
  class?: string;
  comment?: string | null;
  beside?: ComponentChildren;
}

interface Asked {
  title: string;
  /** What comes of it. */
  note: string;
  /** What the choices are, as it is read aloud. */
  label: string;
  choices: Choice[];
  chosen: Choice | null;
  onChoose: (chosen: Choice) => void;
  /** What the button says that does it. */
  act: string;
  onAct: (chosen: Choice) => Promise<unknown>;
  onClose: () => void;
  above: ComponentChildren;
  children: ComponentChildren;
}

export function ChoiceDialog({ title, note, label, choices, chosen, onChoose, act, onAct, onClose, above, children }: Asked) {
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!chosen) return;
    onClose();
    await onAct(chosen);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <p class="quiet">{note}</p>
        {above}
        <div role="radiogroup" aria-label={label}>
          <ul class="choices">
            {choices.map((one) => (
              <li key={one.key}>
                <label>
                  <input type="radio" name="choice" checked={chosen?.key === one.key} onChange={() => onChoose(one)} />
                  {one.class && <ClassDot name={one.class} />}
                  <span class="grow">
                    {one.name}
                    {one.comment && <span class="quiet comment">{one.comment}</span>}
                  </span>
                  {one.beside}
                </label>
              </li>
            ))}
          </ul>
        </div>
        {children}
        <div class="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={!chosen}>
            {act}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
