// In: a picture. Out: the same as a list, for keyboards and screen readers: each entity with its edges.
import { useState } from 'preact/hooks';
import { many } from '../lib/names';
import { entityLink } from '../lib/route';
import type { Picture } from '../graph/model';
import { ClassDot } from './terms';

interface Listed {
  picture: Picture;
  hidden: Set<string>;
  expanded: Set<string>;
  onExpand: (iri: string) => void;
}

export function PictureList({ picture, hidden, expanded, onExpand }: Listed) {
  const [open, setOpen] = useState(false);
  const edges = [...picture.edges.values()].filter((edge) => [edge.from, edge.to].every((end) => !hidden.has(picture.nodes.get(end)!.class)));
  const nodes = [...picture.nodes.values()].filter((node) => !hidden.has(node.class));
  const name = (iri: string) => picture.nodes.get(iri)?.name ?? iri;
  return (
    <details class="as-list" data-testid="picture-list" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        As a list: {many(nodes.length, 'entity', 'entities')}, {many(edges.length, 'edge')}
      </summary>
      {open && (
        <div class="scroll" tabIndex={0} role="region" aria-label="The drawing as a list">
          <h3>Entities</h3>
          <ul class="list tight">
            {nodes.map((node) => (
              <li key={node.iri}>
                <ClassDot name={node.class} />
                <a href={entityLink(node.iri)}>{node.name}</a>
                <span class="quiet grow">{node.class}</span>
                {!expanded.has(node.iri) && (
                  <button type="button" class="small" aria-label={`Expand ${node.name}`} onClick={() => onExpand(node.iri)}>
                    expand
                  </button>
                )}
              </li>
            ))}
          </ul>
          <h3>Edges</h3>
          <ul class="list tight">
            {edges.map((edge) => (
              <li key={`${edge.from} ${edge.relation.value} ${edge.to} ${edge.predicted}`}>
                <span>
                  <a href={entityLink(edge.from)}>{name(edge.from)}</a> <span class="relation">{edge.relation.label}</span> <a href={entityLink(edge.to)}>{name(edge.to)}</a>
                  {edge.predicted && <span class="chip foreseen">predicted</span>}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </details>
  );
}
