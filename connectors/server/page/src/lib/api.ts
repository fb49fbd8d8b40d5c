// In: a path of the HTTP API with its parameters. Out: its answer, or an ApiError that can be shown as a sentence.
import { batch, signal } from '@preact/signals';
import { follow } from './moved';
import { token } from './token';
import type { Written } from './types';

export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(message);
  }
}

/** Whether the server answered the last time it was asked. */
export const online = signal(true);
/** Grows with each write, so that views ask again. */
export const written = signal(0);

export type Parameters = Record<string, string | number | undefined>;

export function address(path: string, parameters: Parameters = {}): string {
  // Relative to the page, so that it also works behind a path of another server.
  const url = new URL(path, document.baseURI);
  url.hash = '';
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
  }
  return url.href;
}

/** The path of a document; slashes stay readable, but dots must not be taken for folders. */
export function documentPath(id: string): string {
  const segments = id.split('/');
  const dotted = segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  return `documents/${dotted ? encodeURIComponent(id).replace(/^\.+$/, dotsEncoded) : segments.map(encodeURIComponent).join('/')}`;
}

const dotsEncoded = (dots: string) => dots.replaceAll('.', '%2E');

export async function send(path: string, options: RequestInit = {}, parameters: Parameters = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address(path, parameters), { credentials: 'same-origin', cache: 'no-store', ...options });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    online.value = false;
    throw new ApiError('The server does not answer. It may have been stopped; start it again with kgloom serve.', 0);
  }
  online.value = true;
  if (!response.ok) throw await failure(response);
  return response;
}

async function failure(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  let told: { error?: string; line?: number; column?: number; refused?: { id: string; reason: string }[] } = {};
  try {
    told = JSON.parse(text);
  } catch {
    told = { error: text.slice(0, 300) };
  }
  const refused = told.refused?.map((one) => `${one.id}: ${one.reason}`).join('; ');
  const message = (told.line ? readableFault(told.error ?? '') : told.error) || (refused ? `Refused. ${refused}` : '') || spoken(response.status);
  return new ApiError(sentence(message), response.status, told.line, told.column);
}

/** A fault in SPARQL without the classes of letters that might have stood there. */
function readableFault(fault: string): string {
  const place = /^(.*?line \d+, column \d+: )/s.exec(fault)?.[1] ?? '';
  if (fault.includes('Prefix not found')) return `${place}a prefix that is used here is not known`;
  return fault.replace(/,?\s*\[[^\]]*\]/gs, '').replace(/expected one of$/, 'something else is expected here');
}

function spoken(status: number): string {
  if (status === 401 || status === 403) return 'Writing takes the token that kgloom serve prints';
  if (status === 404) return 'There is nothing of that kind';
  if (status === 413) return 'That is too large';
  if (status === 429) return 'Too many requests wait; try again in a moment';
  if (status === 503) return 'The server has no time or memory left for this now';
  return `The server answered with status ${status}`;
}

export function sentence(text: string): string {
  const trimmed = text.trim();
  const begun = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

export async function ask<T>(path: string, parameters: Parameters = {}, abort?: AbortSignal): Promise<T> {
  const response = await send(path, { signal: abort, headers: { accept: 'application/json' } }, parameters);
  return (await response.json()) as T;
}

/** A write; the token goes along with writes only. */
export async function write(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Written> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token.value) headers.authorization = `Bearer ${token.value}`;
  if (body !== undefined) headers['content-type'] = type;
  const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await send(path, { method, headers, body: content });
  const answer = (await response.json().catch(() => ({}))) as Written;
  batch(() => {
    follow(answer);
    written.value += 1;
  });
  return answer;
}

export const aborted = (error: unknown) => error instanceof DOMException && error.name === 'AbortError';
