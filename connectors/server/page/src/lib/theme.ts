// In: what the system prefers and what was chosen here. Out: light or dark, on the document's root.
import { signal } from '@preact/signals';

const KEY = 'kgloom-theme';
const system = matchMedia('(prefers-color-scheme: dark)');

export const dark = signal(system.matches);

function chosen(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function apply(isDark: boolean) {
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  dark.value = isDark;
}

export function startTheme() {
  const kept = chosen();
  apply(kept ? kept === 'dark' : system.matches);
  system.addEventListener('change', () => chosen() || apply(system.matches));
}

export function toggleTheme() {
  apply(!dark.value);
  try {
    localStorage.setItem(KEY, dark.value ? 'dark' : 'light');
  } catch {
    // It lasts until the page is loaded again.
  }
}
