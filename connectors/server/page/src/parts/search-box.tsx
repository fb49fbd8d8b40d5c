// In: what is typed. Out: names that begin so, and the way to what was found or answered.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ask } from '../lib/api';
import { factsFirst } from '../lib/facts';
import { isAnother, many } from '../lib/names';
import { useNarrow } from '../lib/narrow';
import { entityLink, isQuestion, link, search } from '../lib/route';
import type { Entity } from '../lib/types';
import { ClassDot } from './terms';
import { SearchIcon } from './icons';

interface Offer {
  key: string;
  address: string;
  text: string;
  note: string;
  class?: string;
}

export function SearchBox({ initial = '', small = false, focused = false }: { initial?: string; small?: boolean; focused?: boolean }) {
  const [text, setText] = useState(initial);
  const [found, setFound] = useState<Entity[]>([]);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const wanted = text.trim();
  const narrow = useNarrow();

  useEffect(() => {
    if (focused && matchMedia('(hover: hover)').matches) box.current?.focus({ preventScroll: true });
  }, []);

  useEffect(() => {
    if (!open || wanted.length < 2 || isQuestion(wanted)) {
      setFound([]);
      return;
    }
    const controller = new AbortController();
    // Not with each letter: somebody who types fast asks once.
    const timer = setTimeout(() => {
      ask<{ found: Entity[] }>('find', { text: wanted, limit: 7 }, controller.signal).then(
        (answer) => controller.signal.aborted || (setFound(factsFirst(answer.found)), setAt(-1)),
        () => setFound([]),
      );
    }, 140);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [wanted, open]);

  const offers: Offer[] = found.map((entity) => ({
    key: entity.iri,
    address: entityLink(entity.iri),
    text: entity.name,
    note: `${many(entity.facts, 'fact')}${isAnother(entity.iri) ? ' · another of this name' : ''}`,
    class: entity.class,
  }));
  if (wanted.length > 1) {
    const further: Offer[] = [
      { key: ' ask', address: link('ask', { q: wanted }), text: `Ask: ${wanted}`, note: 'as a question' },
      { key: ' search', address: link('search', { q: wanted }), text: `Search: ${wanted}`, note: 'by meaning' },
    ];
    if (isQuestion(wanted)) further.push({ key: ' find', address: link('find', { q: wanted }), text: `Find: ${wanted}`, note: 'as a name' });
    // Where no name begins so, a description was meant sooner than a question.
    else if (found.length === 0) further.reverse();
    offers.push(...further);
  }
  const shown = open && offers.length > 0;

  const take = (offer: Offer) => {
    setOpen(false);
    location.hash = offer.address;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setOpen(false);
    if (shown && at >= 0) take(offers[at]);
    else search(text);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setOpen(false);
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    setOpen(true);
    const step = event.key === 'ArrowDown' ? 1 : -1;
    if (offers.length) setAt((at + step + offers.length + (at < 0 && step < 0 ? 1 : 0)) % offers.length);
  };

  return (
    <form class={`search ${small ? 'search-small' : ''}`} role="search" onSubmit={submit}>
      <SearchIcon />
      <input
        ref={box}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        role="combobox"
        aria-label="A name or a question"
        aria-expanded={shown}
        aria-controls={`${id}list`}
        aria-autocomplete="list"
        aria-activedescendant={shown && at >= 0 ? `${id}${at}` : undefined}
        placeholder={small || narrow ? 'A name or a question' : 'A name, or a question such as: who founded …?'}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
        }}
        onKeyDown={press}
        onBlur={() => setTimeout(() => setOpen(false), 150)}
      />
      <button type="submit" class={small ? 'sr-only' : 'primary'}>
        Search
      </button>
      <ul class={`offers ${shown ? '' : 'none'}`} id={`${id}list`} role="listbox" aria-label="Suggestions">
        {shown &&
          offers.map((offer, index) => (
            <li key={offer.key} id={`${id}${index}`} role="option" aria-selected={index === at} onMouseDown={(event) => event.preventDefault()} onClick={() => take(offer)}>
              <span class="offer-name">
                {offer.class && <ClassDot name={offer.class} />}
                {offer.text}
              </span>
              <span class="offer-note">
                {offer.class && `${offer.class} · `}
                {offer.note}
              </span>
            </li>
          ))}
      </ul>
    </form>
  );
}
