// What the server answers, as docs/http.md says it. Types only.

export interface Term {
  type: 'uri' | 'literal';
  value: string;
  short: string;
  label: string;
  datatype?: string;
}

export interface Entity {
  iri: string;
  short: string;
  name: string;
  class: string;
  facts: number;
  fits?: string;
}

export interface Fact {
  relation: Term;
  direction: 'out' | 'in';
  value: Term;
  certainty: number | null;
  documents: number;
  entailed: boolean;
}

export interface PredictedFact {
  relation: Term;
  direction: 'out' | 'in';
  value: Term;
  probability: number;
  evidence: string[];
}

/** How many facts there are of one relation in one direction. */
export interface Counted {
  relation: Term;
  direction: 'out' | 'in';
  facts: number;
}

export interface FullEntity {
  iri: string;
  short: string;
  name: string;
  names: string[];
  classes: Term[];
  /** A page of them. */
  facts: Fact[];
  total: number;
  relations: Counted[];
  /** The most probable ones. */
  predicted: PredictedFact[];
  predicted_total: number;
  /** Those that were looked into. */
  documents: { id: string; mentions: number }[];
  documents_total: number;
}

/** One part of a score, by a class or a relation. */
export interface ScorePart {
  concept: string;
  part: number;
}

export interface ScoreExplanation {
  parts: ScorePart[];
  /** What all other concepts come to. */
  others: number;
  /** What none of them tells. */
  other: number;
}

/** What a text describes: a thing (with IRI) or a document (with id). */
export interface Hit {
  iri?: string;
  value?: string;
  id?: string;
  text?: string;
  name?: string;
  label?: string;
  class?: string;
  facts?: number;
  score: number;
  words?: number;
  meaning?: number;
  interest?: number;
  explanation?: ScoreExplanation;
}

export interface Searched {
  found: Hit[];
  plan: string | null;
  exact: boolean;
  shares: number[];
  /** What the text was read with, where it was read. */
  encoder?: { id: string; bridge?: { recall?: number } | null } | null;
}

export interface Readiness {
  ready: boolean;
  state: string;
  /** In the graph so far; nothing while it is loaded, all at once. */
  documents?: number;
}

export interface Edge {
  from: string;
  to: string;
  relation: Term;
  predicted: boolean;
  certainty: number | null;
}

export interface Neighbourhood {
  nodes: Entity[];
  edges: Edge[];
  more: boolean;
}

export interface Start {
  largest: Entity[];
  questions: string[];
  query: string;
}

export interface Status {
  version: string;
  epoch: number;
  model: string | null;
  documents: number;
  refused: number;
  entities: number;
  facts: number;
  relations: number;
  triples: number;
  rejections: number;
  ready: boolean;
  writable: boolean;
}

export interface SchemaClass {
  iri: string;
  short: string;
  label: string;
  things: number;
  comment: string | null;
}

export interface SchemaRelation {
  iri: string;
  short: string;
  label: string;
  facts: number;
  from: string[];
  to: string[];
  comment: string | null;
}

export interface Schema {
  classes: SchemaClass[];
  relations: SchemaRelation[];
}

export interface Answer {
  known: boolean;
  sparql: string | null;
  reading: string;
  answers: Term[];
  why: string | null;
}

export interface Refusal {
  id: string;
  reason: string;
  location: string | null;
}

export interface Written {
  epoch: number;
  put: number;
  deleted: number;
  unchanged: number;
  refused: Refusal[];
  came: string[];
  went: string[];
  came_count: number;
  went_count: number;
  correction?: string;
}

export interface DocumentRow {
  id: string;
  bytes: number;
  refused: { reason: string; location: string | null } | null;
}

export interface DocumentPage {
  documents: DocumentRow[];
  next: string | null;
  total: number;
}

export interface Piece {
  text: string;
  entity?: string;
  name?: string;
  class?: string;
}

export interface Reading {
  id: string;
  bytes: number;
  pieces: Piece[];
  facts: { subject: Term; relation: Term; object: Term }[];
}

export interface Correction {
  id: string;
  kind: string;
  text?: string;
  says?: string;
  source?: string;
  applies?: boolean;
  documents?: string[];
}

export interface Rejection {
  document: string | null;
  stage: string;
  reason: string;
  location: string | null;
  record: string | null;
}

export interface EpochEvent {
  epoch: number;
  put: number;
  deleted: number;
  refused: number;
  came: number;
  went: number;
  documents: number;
  facts: number;
  milliseconds: number;
}

export interface Binding {
  type: 'uri' | 'literal' | 'bnode' | 'triple';
  value: string;
  datatype?: string;
  'xml:lang'?: string;
}

export type Row = Record<string, Binding | undefined>;

/** The rows of an answer, or a truth. */
export interface Rows {
  vars: string[];
  rows: Row[];
  truth: boolean | null;
  /** Why it is not all of the answer. */
  cut: string | null;
}

/** One item of an explanation: something that stands in a document. */
export interface Evidence {
  document: string;
  score: number;
  sentences: { marked: string }[];
}

/** `kgloom explain --format json`: a stated fact, one that follows, or one that is predicted. */
export interface Explanation {
  triple?: unknown;
  evidence?: (Evidence | string)[];
  asserted?: { id: string; says: string; source?: string }[];
  rules?: string[];
  facts?: Explanation[];
  probability?: number;
  model?: string;
}
