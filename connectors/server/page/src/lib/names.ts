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

function readable(text: string): string {
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

/** Whether an IRI names a thing of the graph, rather than a relation, a class or a document. */
export const isEntity = (iri: string) => /^urn:kgloom:[a-z]+:./.test(iri) && !iri.startsWith('urn:kgloom:document:') && !iri.startsWith('urn:kgloom:correction:');

export const documentOf = (iri: string) => (iri.startsWith('urn:kgloom:document:') ? readable(iri.slice('urn:kgloom:document:'.length)) : null);

export const count = (value: number) => Math.round(value).toLocaleString('en');

export const many = (value: number, one: string, more = `${one}s`) => `${count(value)} ${value === 1 ? one : more}`;

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  return value < 1e6 ? `${(value / 1000).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`;
}

/** A certainty from 0 to 1; explanations count in ten-thousandths. */
export const share = (value: number) => (value > 1 ? value / 10000 : value);

export const hundredths = (value: number) => share(value).toFixed(2).replace(/^0\./, '.');
