// In: a picture. Out: it as GraphML, for Gephi, yEd and others.
import type { Picture } from './model';

const escape = (text: string) =>
  text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

export function graphml(picture: Picture): string {
  const data = (key: string, value: string | number | boolean | null) => (value === null || value === '' ? '' : `<data key="${key}">${escape(String(value))}</data>`);
  const nodes = [...picture.nodes.values()].map((node) => `    <node id="${escape(node.iri)}">${data('name', node.name)}${data('class', node.class)}${data('facts', node.facts)}</node>`);
  const edges = [...picture.edges.values()].map(
    (edge) =>
      `    <edge source="${escape(edge.from)}" target="${escape(edge.to)}">${data('relation', edge.relation.label)}${data('iri', edge.relation.value)}${data('predicted', edge.predicted)}${data('certainty', edge.certainty)}</edge>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="name" for="node" attr.name="label" attr.type="string"/>
  <key id="class" for="node" attr.name="class" attr.type="string"/>
  <key id="facts" for="node" attr.name="facts" attr.type="int"/>
  <key id="relation" for="edge" attr.name="label" attr.type="string"/>
  <key id="iri" for="edge" attr.name="relation" attr.type="string"/>
  <key id="predicted" for="edge" attr.name="predicted" attr.type="boolean"/>
  <key id="certainty" for="edge" attr.name="certainty" attr.type="double"/>
  <graph edgedefault="directed">
${[...nodes, ...edges].join('\n')}
  </graph>
</graphml>
`;
}
