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
    this.names = new Map();
    this.facts = new Map();
    this.readings = new Map();
    const said = [...this.corrections.values()];
    this.retyped = new Map(said.filter(({ kind }) => kind === 'retype').map((one) => [one.name, one.class.replace('urn:kgloom:', '').toLowerCase()]));
    this.joined = new Map(said.filter(({ kind }) => kind === 'same').map(({ one, other }) => [one, other].sort()).map(([one, other]) => [other, one]));
    for (const [id, text] of this.texts) this.read(id, text);
    for (const { kind, subject, relation, object } of said) {
      const key = `${subject} ${relation} ${object}`;
      if (kind === 'reject') this.facts.delete(key);
      if (kind === 'assert' && !this.facts.has(key)) this.facts.set(key, { subject, relation: relation.replace(WDT, ''), object, certainty: 1, from: [] });
    }
    this.ends = new Map();
    for (const fact of this.facts.values()) {
      for (const end of new Set([fact.subject, fact.object])) {
        if (this.ends.has(end)) this.ends.get(end).push(fact);
        else this.ends.set(end, [fact]);
      }
    }
    for (const [iri, entity] of this.entities) {
      entity.facts = this.around1(iri).length;
      if (!entity.facts) this.entities.delete(iri);
    }
  }

  /** The facts that a thing stands in. */
  around1 = (iri) => this.ends.get(iri) ?? [];

  /** A name in a text, as corrections have it. */
  entity(kind, name) {
    const first = iriOf(kind, name);
    const own = this.retyped.has(first) ? this.retyped.get(first) : kind;
    const second = own === kind ? first : iriOf(own, name);
    const iri = this.joined.get(second) ?? second;
    if (!this.entities.has(iri)) {
      const [, ownKind, local] = /^urn:kgloom:(\w+):(.*)$/.exec(iri);
      this.entities.set(iri, { iri, short: iri.replace('urn:kgloom:', ''), name: decodeURIComponent(local).replaceAll('_', ' '), class: classes[ownKind], facts: 0 });
      this.names.set(iri, new Set());
    }
    this.names.get(iri).add(name);
    return iri;
  }

  /** What a typer would tell of a thing. */
  told(iri) {
    const entity = this.entities.get(iri);
    if (!entity || entity.class === 'Person') return [];
    const company = entity.class === 'Organization' ? 0.93 : 0.12;
    return [
      { of: 'http://example.org/own#Company', probability: company, evidence: [`texts call it “${company > 0.5 ? 'company' : 'place'}”`, 'what is said around it is like what is said of others of the class'] },
      { of: 'http://example.org/own#Publisher', probability: Math.round((1 - company) * 3e3) / 1e4, evidence: ['it stands as the tail of “employer”'] },
    ];
  }

  /** Rows of tables that mean a thing. */
  matched(iri) {
    if (this.entities.get(iri)?.name !== 'Lumenta') return [];
    const told = [...this.corrections.values()].filter(({ kind }) => kind === 'different').map(({ one }) => one);
    const exact = { row: 'urn:kgloom:row:firms.csv%2317', relation: 'http://www.w3.org/2004/02/skos/core#exactMatch', probability: '0.9816' };
    const rows = [
      { ...exact, evidence: 'name "Lumenta" is "Lumenta"' },
      { ...exact, evidence: 'kind "company" is mostly Organization' },
      { row: 'urn:kgloom:row:registry.csv%23B-204', relation: 'http://www.w3.org/2004/02/skos/core#closeMatch', probability: '0.7403', evidence: 'name "Lumenta AG" is like "Lumenta"' },
    ];
    return rows.filter(({ row }) => !told.includes(row));
  }

  oddness = (id) => ({ novelty: (id.startsWith('works/') ? 0.9949 : 0.31).toFixed(4), depth: (id.startsWith('works/') ? 0.84 : 1.17).toFixed(4) });

  /** What was refused, invented from what was read. */
  get rejections() {
    const told = [{ document: 'people/clara-ansell.txt', stage: 'admit', reason: 'a Location does not work for anybody', location: '0..24', record: '<urn:kgloom:location:Velmora> <http://www.wikidata.org/prop/direct/P108> <urn:kgloom:organization:Lumenta>' }];
    const people = [...this.entities.values()].filter((one) => one.class === 'Person').slice(0, 60);
    people.forEach((one, index) => {
      const record = `<${one.iri}> <${WDT}P26> <urn:kgloom:person:Paul_Kestner>`;
      const reason = index % 5 ? `support 0.${2000 + index * 37} is below 0.5271` : 'one mention speaks for one head, and this one speaks better for <urn:kgloom:person:Paul_Kestner>';
      told.push({ document: `crowd/${String(index).padStart(4, '0')}.txt`, stage: 'admit', reason, location: '', record });
    });
    return told;
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
    for (const fact of this.around1(iri)) {
      add(fact.subject);
      add(fact.object);
      if (!nodes.has(fact.subject) || (!nodes.has(fact.object) && !fact.value)) more = true;
    }
    const within = new Set([...nodes.keys()].flatMap(this.around1).filter((fact) => nodes.has(fact.subject) && nodes.has(fact.object)));
    const edges = [...within].map((fact) => ({ from: fact.subject, to: fact.object, relation: this.relation(fact.relation), predicted: false, certainty: fact.certainty }));
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

/** A name for a number: Aa, Ab, and on with more letters. */
function letters(index) {
  let name = '';
  for (let rest = index; name.length < 2 || rest > 0; rest = Math.floor(rest / 26)) name = String.fromCharCode(97 + (rest % 26)) + name;
  return name[0].toUpperCase() + name.slice(1);
}
