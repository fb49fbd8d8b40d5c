// In: an entity. Out: its classes and names, and the ways to say that it is something else.
import { useState } from 'preact/hooks';
import { link } from '../lib/route';
import { token, tokenAsked } from '../lib/token';
import type { FullEntity } from '../lib/types';
import type { NamedClass } from './beside';
import { RetypeDialog } from './retype-dialog';
import { SameDialog } from './same-dialog';
import { ClassDot } from './terms';

/** Names that are told at once. */
const NAMES = 12;

export function EntityHead({ entity }: { entity: FullEntity }) {
  const others = entity.names.filter((name) => name !== entity.name);
  return (
    <header class="entity-head">
      <p class="classes" data-testid="classes">
        {entity.classes.map((one) => (
          <span class="chip" key={one.value} title={one.short}>
            <ClassDot name={one.label} />
            {one.label || one.short}
          </span>
        ))}
      </p>
      <h1 class="break">{entity.name}</h1>
      {others.length > 0 && <p class="other-names" data-testid="other-names">also {others.slice(0, NAMES).map((name) => `“${name}”`).join(', ')}{others.length > NAMES ? ` and ${others.length - NAMES} more` : ''}</p>}
      <p class="iri">
        <code>{entity.short}</code>
      </p>
    </header>
  );
}

/** The ways to say that it is something else, and to ask more of it. */
export function EntityTools({ entity, told }: { entity: FullEntity; told: NamedClass[] }) {
  const [asked, setAsked] = useState<'retype' | 'same' | 'different' | null>(null);
  // Without a token there is nothing to fill in.
  const open = (kind: 'retype' | 'same' | 'different') => (token.value ? setAsked(kind) : (tokenAsked.value = true));
  const close = () => setAsked(null);
  return (
    <div class="entity-tools">
      <div class="row">
        <button type="button" onClick={() => open('retype')}>
          Retype …
        </button>
        <button type="button" onClick={() => open('same')}>
          Same as …
        </button>
        <button type="button" onClick={() => open('different')}>
          Not the same as …
        </button>
        <a class="button" href={link('query', { q: `SELECT ?relation ?tail WHERE {\n  <${entity.iri}> ?relation ?tail .\n}`, run: '1' })}>
          Query it
        </a>
      </div>
      {asked === 'retype' && <RetypeDialog entity={entity} told={told} onClose={close} />}
      {(asked === 'same' || asked === 'different') && <SameDialog entity={entity} kind={asked} onClose={close} />}
    </div>
  );
}
