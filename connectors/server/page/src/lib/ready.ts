// In: nothing. Out: how far the server is with what it reads, asked again until it is ready.
import { signal } from '@preact/signals';
import { address, online, written } from './api';
import type { Readiness } from './types';

export const readiness = signal<Readiness | null>(null);

let timer = 0;

/** Asks now, and each second until the server is ready; then all views ask again. */
export async function askReadiness() {
  clearTimeout(timer);
  const was = readiness.value?.ready;
  try {
    const response = await fetch(address('readyz'), { cache: 'no-store' });
    const told = (await response.json()) as Readiness;
    readiness.value = told;
    online.value = true;
    if (was === false && told.ready) written.value += 1;
  } catch {
    // Whether the server is away is told by what is asked for.
    return;
  }
  if (!readiness.value?.ready) timer = window.setTimeout(() => void askReadiness(), 1000);
}

/** Changes while documents are read, ever more seldom, for views that show how the graph grows. */
export const growing = () => (readiness.value && !readiness.value.ready ? Number((readiness.value.documents ?? 0).toPrecision(2)) : 0);
