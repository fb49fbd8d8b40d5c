// In: which view is open. Out: the way to all others, the search, the theme and the token.
import { useEffect, useState } from 'preact/hooks';
import { link } from '../lib/route';
import { dark, toggleTheme } from '../lib/theme';
import { token, tokenAsked } from '../lib/token';
import { CloseIcon, KeyIcon, Logo, MenuIcon, MoonIcon, SunIcon } from './icons';
import { SearchBox } from './search-box';

const places: [string, string, string[]][] = [
  ['search', 'Search', []],
  ['query', 'Query', []],
  ['documents', 'Documents', ['document']],
  ['schema', 'Schema', []],
  ['live', 'Live', []],
  ['corrections', 'Corrections', []],
];

export function Header({ view, query }: { view: string; query: string }) {
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [view, query]);
  const searched = view === 'find' || view === 'ask' ? query : '';
  return (
    <header class={`head ${view === 'home' ? 'head-home' : ''}`}>
      <div class="head-row">
        <a class="brand" href="#/" aria-label="kgloom, to the start" aria-current={view === 'home' ? 'page' : undefined}>
          <Logo />
          <span>kgloom</span>
        </a>
        {view !== 'home' && (
          <div class="head-search">
            <SearchBox key={searched} initial={searched} small />
          </div>
        )}
        <nav class={`places ${open ? 'open' : ''}`} aria-label="Views" id="places">
          {places.map(([name, label, within]) => (
            <a key={name} href={link(name)} aria-current={view === name || within.includes(view) ? 'page' : undefined} onClick={() => setOpen(false)}>
              {label}
            </a>
          ))}
        </nav>
        <div class="head-tools">
          <button type="button" class="tool" onClick={toggleTheme} aria-label={dark.value ? 'Light colours' : 'Dark colours'} title={dark.value ? 'Light colours' : 'Dark colours'}>
            {dark.value ? <SunIcon /> : <MoonIcon />}
          </button>
          <button
            type="button"
            class={`tool ${token.value ? 'has' : ''}`}
            onClick={() => (tokenAsked.value = true)}
            aria-label={token.value ? 'Token for writing: there is one' : 'Token for writing: there is none'}
            title={token.value ? 'You may write; see the token' : 'Reading only; enter a token to write'}
          >
            <KeyIcon />
          </button>
          <button type="button" class="tool menu" aria-expanded={open} aria-controls="places" aria-label="Views" onClick={() => setOpen(!open)}>
            {open ? <CloseIcon /> : <MenuIcon />}
          </button>
        </div>
      </div>
    </header>
  );
}
