// In: texts and corrections. Out: a small invented graph that is read from them by plain rules, as the server would answer.

export const relations = {
  P108: { label: 'employer', says: 'works for', from: ['Person'], to: ['Organization'], comment: 'Whom a person works for.' },
  P112: { label: 'founded by', says: 'was founded by', from: ['Organization'], to: ['Person'], comment: 'Who brought it into being.' },
  P19: { label: 'place of birth', says: 'was born in', from: ['Person'], to: ['Location'], comment: null },
  P159: { label: 'headquarters location', says: 'is based in', from: ['Organization'], to: ['Location'], comment: 'Where it has its seat.' },
  P178: { label: 'developer', says: 'was developed by', from: ['Miscellaneous'], to: ['Organization'], comment: null },
  P571: { label: 'inception', says: 'began in', from: ['Organization'], to: ['Time'], comment: 'When it began.' },
  P26: { label: 'spouse', says: 'is married to', from: ['Person'], to: ['Person'], comment: null },
};

const classes = { person: 'Person', organization: 'Organization', location: 'Location', miscellaneous: 'Miscellaneous' };

/** Names and what they are; all others are told by the relation they stand in. */
const known = { Person: 'person', Organization: 'organization', Location: 'location', Miscellaneous: 'miscellaneous' };

const founding = {
  'organizations/lumenta.txt':
    'Lumenta was founded by Ingrid Solberg. Lumenta was founded by Paul Kestner. Lumenta is based in Brennholt. Lumenta began in 1985. It became known for a word processor. Papyra was developed by Lumenta.',
  'people/ingrid-solberg.txt': 'Ingrid Solberg was born in Vardby. Ingrid Solberg works for Lumenta. She likes long walks. Ingrid Solberg is married to Paul Kestner.',
  'people/paul-kestner.txt': 'Paul Kestner was born in Ostrand.',
  'people/clara-ansell.txt': 'Clara Ansell works for Lumenta. Clara Ansell was born in Velmora.',
  'works/meridian.txt': 'Meridian was developed by Vantage Software. Vantage Software is based in Ostrand. Thomas Hale works for Vantage Software.',
  'hostile.txt': '<script>alert(1)</script> works for Lumenta. <img src=x onerror=alert(2)> was born in Brennholt.',
};

const iriOf = (kind, name) => `urn:kgloom:${kind}:${encodeURIComponent(name.replaceAll(' ', '_'))}`;
const WDT = 'http://www.wikidata.org/prop/direct/';

export class World {
  texts = new Map(Object.entries(founding));
  corrections = new Map();
  epoch = 1;

  constructor(crowd = 150) {
    for (let index = 0; index < crowd; index++) {
      this.texts.set(`crowd/${String(index).padStart(4, '0')}.txt`, `Worker ${letters(index)} works for ${index % 3 ? 'Granite Works' : 'Vantage Software'}. Worker ${letters(index)} was born in ${['Brennholt', 'Ostrand', 'Velmora'][index % 3]}.`);
    }
    this.build();
  }

  /** All anew, each time: it is small. */
  build() {
    this.entities = new Map();
    this.facts = new Map();
    this.readings = new Map();
    for (const [id, text] of this.texts) this.read(id, text);
    for (const { kind, subject, relation, object } of this.corrections.values()) {
      const key = `${subject} ${relation} ${object}`;
      if (kind === 'reject') this.facts.delete(key);
      if (kind === 'assert' && !this.facts.has(key)) this.facts.set(key, { subject, relation: relation.replace(WDT, ''), object, certainty: 1, from: [] });
    }
    const degree = new Map();
    for (const fact of this.facts.values()) for (const end of [fact.subject, fact.object]) degree.set(end, (degree.get(end) ?? 0) + 1);
    for (const [iri, entity] of this.entities) {
      entity.facts = degree.get(iri) ?? 0;
      if (!entity.facts) this.entities.delete(iri);
    }
  }

  entity(kind, name) {
    const iri = iriOf(kind, name);
    if (!this.entities.has(iri)) this.entities.set(iri, { iri, short: iri.replace('urn:kgloom:', ''), name, class: classes[kind], facts: 0 });
    return iri;
  }

  read(id, text) {
    const sentences = text.split(/(?<=\.)\s+/);
    const mentions = [];
    const read = [];
    let offset = 0;
    for (const sentence of sentences) {
      offset = text.indexOf(sentence, offset);
      for (const [property, relation] of Object.entries(relations)) {
        const at = sentence.indexOf(` ${relation.says} `);
        if (at < 0) continue;
        const [head, tail] = [sentence.slice(0, at), sentence.slice(at + relation.says.length + 2).replace(/\.$/, '')];
        const subject = this.entity(known[relation.from[0]], head);
        const value = relation.to[0] === 'Time';
        const object = value ? tail : this.entity(known[relation.to[0]], tail);
        mentions.push([offset, head, subject]);
        if (!value) mentions.push([offset + at + relation.says.length + 2, tail, object]);
        const key = `${subject} ${WDT}${property} ${object}`;
        const fact = this.facts.get(key) ?? { subject, relation: property, object, value, certainty: 0.62 + ((key.length * 7) % 38) / 100, from: [] };
        fact.from.push({ document: id, marked: `«${head}» ${relation.says} «${tail}».` });
        this.facts.set(key, fact);
        read.push(key);
      }
    }
    this.readings.set(id, { mentions, read });
  }

  term(text) {
    if (!text.startsWith('urn:') && !text.startsWith('http')) return { type: 'literal', value: text, short: text, label: text, datatype: 'http://www.w3.org/2001/XMLSchema#gYear' };
    if (text.startsWith(WDT)) return { type: 'uri', value: text, short: text.replace(WDT, 'wdt:'), label: relations[text.replace(WDT, '')]?.label ?? text };
    const entity = this.entities.get(text);
    return { type: 'uri', value: text, short: text.replace('urn:kgloom:', ''), label: entity?.name ?? text };
  }

  relation = (property) => this.term(`${WDT}${property}`);

  /** What an id, a prefixed name or a label means. */
  resolve(text) {
    if (/^(urn:|http)/.test(text)) return text;
    return [...this.entities.values()].find((entity) => entity.name === text || entity.short === text)?.iri ?? text;
  }

  around(iri, limit) {
    const nodes = new Map();
    const add = (end) => this.entities.has(end) && (nodes.size < limit || nodes.has(end)) && nodes.set(end, this.entities.get(end));
    add(iri);
    let more = false;
    for (const fact of this.facts.values()) {
      if (fact.subject !== iri && fact.object !== iri) continue;
      add(fact.subject);
      add(fact.object);
      if (!nodes.has(fact.subject) || (!nodes.has(fact.object) && !fact.value)) more = true;
    }
    const within = [...this.facts.values()].filter((fact) => nodes.has(fact.subject) && nodes.has(fact.object));
    const edges = within.map((fact) => ({ from: fact.subject, to: fact.object, relation: this.relation(fact.relation), predicted: false, certainty: fact.certainty }));
    for (const foreseen of this.predicted(iri)) {
      add(foreseen.value.value);
      const ends = foreseen.direction === 'out' ? [iri, foreseen.value.value] : [foreseen.value.value, iri];
      edges.push({ from: ends[0], to: ends[1], relation: foreseen.relation, predicted: true, certainty: foreseen.probability });
    }
    return { nodes: [...nodes.values()], edges, more };
  }

  predicted(iri) {
    const paul = iriOf('person', 'Paul Kestner');
    const lumenta = iriOf('organization', 'Lumenta');
    const link = (direction, value) => [{ relation: this.relation('P108'), direction, value: this.term(value), probability: 0.61, evidence: ['who founded an organization often works for it: Ingrid Solberg'] }];
    if (!this.entities.has(paul) || !this.entities.has(lumenta)) return [];
    return iri === paul ? link('out', lumenta) : iri === lumenta ? link('in', paul) : [];
  }
}

const letters = (index) => String.fromCharCode(65 + Math.floor(index / 26)) + String.fromCharCode(97 + (index % 26));
