// In: a query that the page itself asks, of graphs beside the default one. Out: its rows; nothing for all other queries. For tests only.
const typed = (world, query) => {
  const asked = /GRAPH kgloom:typed \{ \?told kgloom:head <([^>]*)>/.exec(query);
  return asked && { vars: ['class', 'probability', 'evidence'], rows: world.told(asked[1]).flatMap(({ of, probability, evidence }) => evidence.map((reason) => ({ class: of, probability: String(probability), evidence: reason }))) };
};

const matched = (world, query) => {
  const asked = /GRAPH kgloom:matched \{ \?told kgloom:tail <([^>]*)>/.exec(query);
  return asked && { vars: ['row', 'relation', 'probability', 'evidence'], rows: world.matched(asked[1]) };
};

const watched = (world, query) => {
  const asked = /VALUES \?document \{([^}]*)\} GRAPH kgloom:watch/.exec(query);
  if (!asked) return null;
  const names = [...asked[1].matchAll(/<([^>]*)>/g)].map(([, name]) => name);
  return { vars: ['document', 'novelty', 'depth'], rows: names.map((document) => ({ document, ...world.oddness(decodeURIComponent(document.replace('urn:kgloom:document:', ''))) })) };
};

const labelled = (world, query) => {
  const asked = /VALUES \?thing \{([^}]*)\} \?thing rdfs:label/.exec(query);
  const names = [...(asked?.[1] ?? '').matchAll(/<([^>]*)>/g)].map(([, name]) => name).filter((name) => world.entities.has(name));
  return asked && { vars: ['thing', 'name'], rows: names.map((thing) => ({ thing, name: world.entities.get(thing).name })) };
};

const kindOf = (reason) => reason.replace(/<[^>]*>/g, '…').replace(/[0-9]+[.][0-9]+/g, '…');

const kinds = (world, query) => {
  if (!/GROUP BY \?stage \?kind/.test(query)) return null;
  const counts = new Map();
  for (const { stage, reason } of world.rejections) counts.set(`${stage}\n${kindOf(reason)}`, (counts.get(`${stage}\n${kindOf(reason)}`) ?? 0) + 1);
  const rows = [...counts].sort((one, other) => other[1] - one[1]).map(([key, count]) => ({ stage: key.split('\n')[0], kind: key.split('\n')[1], count: String(count) }));
  return { vars: ['stage', 'kind', 'count'], rows };
};

const ofKind = (world, query) => {
  const asked = /kgloom:stage ("(?:[^"\\]|\\.)*").* = ("(?:[^"\\]|\\.)*")\) \}.*LIMIT (\d+) OFFSET (\d+)/.exec(query);
  if (!asked) return null;
  const [stage, kind] = [JSON.parse(asked[1]), JSON.parse(asked[2])];
  const rows = world.rejections.filter((one) => one.stage === stage && kindOf(one.reason) === kind);
  return { vars: ['reason', 'record', 'document'], rows: rows.slice(Number(asked[4])).slice(0, Number(asked[3])).map(({ reason, record, document }) => ({ reason, record, document: `urn:kgloom:document:${document}` })) };
};

export function own(world, query) {
  for (const answer of [typed, matched, watched, labelled, ofKind, kinds]) {
    const told = answer(world, query);
    if (told) return told;
  }
  return null;
}
