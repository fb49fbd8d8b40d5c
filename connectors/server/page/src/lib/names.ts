// In: IRIs, numbers, bytes. Out: how a person reads them.

const prefixes: [string, string][] = [
  ['person', 'urn:kgloom:person:'],
  ['organization', 'urn:kgloom:organization:'],
  ['location', 'urn:kgloom:location:'],
  ['miscellaneous', 'urn:kgloom:miscellaneous:'],
  ['doc', 'urn:kgloom:document:'],
  ['kgloom', 'urn:kgloom:'],
  ['wdt', 'http://www.wikidata.org/prop/direct/'],
  ['wd', 'http://www.wikidata.org/entity/'],
  ['rdf', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'],
  ['rdfs', 'http://www.w3.org/2000/01/rdf-schema#'],
  ['owl', 'http://www.w3.org/2002/07/owl#'],
  ['xsd', 'http://www.w3.org/2001/XMLSchema#'],
  ['skos', 'http://www.w3.org/2004/02/skos/core#'],
  ['foaf', 'http://xmlns.com/foaf/0.1/'],
  ['schema', 'http://schema.org/'],
];

export function shorten(iri: string): string {
  const found = prefixes.find(([, long]) => iri.startsWith(long));
  return found ? `${found[0]}:${readable(iri.slice(found[1].length))}` : iri;
}

/** The IRI of a prefixed name, or of one in `<>`; a name whose prefix is not known stays. */
export function expanded(name: string): string {
  if (/^["<]/.test(name)) return name.replace(/^<|>$|^"|"(?:@[\w-]+|\^\^\S+)?$/g, '');
  const [prefix, local] = name.split(/:(.*)/s);
  const long = prefixes.find(([short]) => short === prefix)?.[1];
  return long ? long + local.replaceAll('\\', '') : name;
}

/** A text without percents; as it is where they are none of UTF-8. */
export function readable(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The last part of an IRI as words: what to call a thing of which only the IRI is known. */
export function lastPart(iri: string): string {
  const part = readable(iri.replace(/[/#:]+$/, '').split(/[/#:]/).pop() ?? iri);
  return part.replace(/~[0-9a-f]{6,}$/, '').replaceAll('_', ' ') || iri;
}

/** What stands in the place of a class in IRIs that name no thing. */
const beside = ['document', 'correction', 'row', 'fact', 'prediction', 'rejection', 'local'];

/** Whether something bears a name that is another's first: such IRIs end with a mark. */
export const isAnother = (iri: string) => /~[0-9a-f]+$/.test(iri);

/** Whether an IRI names a thing of the graph, rather than a relation, a class, a document or a statement. */
export function isEntity(iri: string): boolean {
  const kind = /^urn:kgloom:([^:]+):./.exec(iri)?.[1];
  return kind !== undefined && !beside.includes(kind);
}

export const documentOf = (iri: string) => (iri.startsWith('urn:kgloom:document:') ? readable(iri.slice('urn:kgloom:document:'.length)) : null);

/** The IRI of a document, as the graph writes it. */
export const documentIri = (id: string) => `urn:kgloom:document:${[...id].map((letter) => (/[\p{Alphabetic}\p{N}\-._:/@!$&'()*+,;=]/u.test(letter) ? letter : encoded(letter))).join('')}`;

const encoded = (letter: string) => [...new TextEncoder().encode(letter)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** The table and the row that an IRI of a row names; a term of a vocabulary keeps its own IRI. */
export function rowOf(iri: string): { table: string; row: string } | null {
  const found = /^urn:kgloom:row:(.*)#(.*)$/s.exec(iri.startsWith('urn:kgloom:row:') ? readable(iri) : '');
  return found ? { table: found[1], row: found[2] } : null;
}

export const count = (value: number) => Math.round(value).toLocaleString('en');

export const many = (value: number, one: string, more = `${one}s`) => `${count(value)} ${value === 1 ? one : more}`;

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  return value < 1e6 ? `${(value / 1000).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`;
}

/** A certainty from 0 to 1; explanations count in ten-thousandths. */
export const share = (value: number) => (value > 1 ? value / 10000 : value);

export const hundredths = (value: number) => share(value).toFixed(2).replace(/^0\./, '.');
