// In: a few choices of which one holds. Out: they side by side, as radio buttons.
import { useId } from 'preact/hooks';

interface Offered<T extends string> {
  label: string;
  options: readonly (readonly [T, string])[];
  value: T;
  onChoose: (value: T) => void;
  disabled?: boolean;
}

export function Segments<T extends string>({ label, options, value, onChoose, disabled = false }: Offered<T>) {
  const name = useId();
  return (
    <fieldset class="segments" disabled={disabled}>
      <legend>{label}</legend>
      <div class="segments-row">
        {options.map(([key, text]) => (
          <label key={key} class={key === value ? 'on' : ''}>
            <input type="radio" class="sr-only" name={name} checked={key === value} onChange={() => onChoose(key)} />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
