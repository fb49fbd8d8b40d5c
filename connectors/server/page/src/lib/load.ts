// In: a question to the server and what it depends on. Out: its answer, its error, and whether it is under way.
import { useEffect, useState } from 'preact/hooks';
import { aborted } from './api';

export interface Loaded<T> {
  data: T | null;
  error: Error | null;
  busy: boolean;
}

export function useLoaded<T>(load: (abort: AbortSignal) => Promise<T>, about: unknown[]): Loaded<T> {
  const [state, setState] = useState<Loaded<T>>({ data: null, error: null, busy: true });
  useEffect(() => {
    const controller = new AbortController();
    setState((before) => ({ ...before, error: null, busy: true }));
    load(controller.signal).then(
      (data) => controller.signal.aborted || setState({ data, error: null, busy: false }),
      (error) => aborted(error) || controller.signal.aborted || setState({ data: null, error, busy: false }),
    );
    return () => controller.abort();
  }, about);
  return state;
}
