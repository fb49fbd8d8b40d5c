// In: a picture to begin with. Out: it drawn, grown by clicks, filtered by class, saved; and the same as a list.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ask } from '../lib/api';
import { many } from '../lib/names';
import { fail, say } from '../lib/notice';
import { entityLink } from '../lib/route';
import { fileName, save } from '../lib/save';
import { dark } from '../lib/theme';
import type { Neighbourhood } from '../lib/types';
import type { Canvas } from '../graph/graph';
import { graphml } from '../graph/graphml';
import { LIMIT, merged, type Picture } from '../graph/model';
import { PictureList } from './picture-list';
import { ClassDot } from './terms';

/** Neighbours that one click brings. */
const STEP = 40;

export function Drawing({ start, center, name, tall = false }: { start: Picture; center?: string; name: string; tall?: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<Canvas | null>(null);
  const [picture, setPicture] = useState(start);
  const [hidden, setHidden] = useState(new Set<string>());
  const [chosen, setChosen] = useState<string | null>(null);
  const [expanded, setExpanded] = useState(new Set(center ? [center] : []));
  const [trouble, setTrouble] = useState('');
  const latest = useRef({ picture, expanded });
  latest.current = { picture, expanded };
  const from = useRef<string | undefined>(undefined);

  // It begins again with what it was begun with: what clicks brought is gone, and comes by a click again.
  useEffect(() => {
    setPicture(start);
    setExpanded(new Set(center ? [center] : []));
  }, [start]);

  const expand = async (iri: string) => {
    setChosen(iri);
    const room = LIMIT - latest.current.picture.nodes.size;
    if (latest.current.expanded.has(iri) || room <= 0) return;
    setExpanded(new Set([...latest.current.expanded, iri]));
    try {
      const around = await ask<Neighbourhood>('neighbourhood', { iri, limit: Math.min(STEP, LIMIT) });
      from.current = iri;
      const grown = merged(latest.current.picture, around);
      say(`${many(grown.nodes.size - latest.current.picture.nodes.size, 'entity', 'entities')} more`);
      setPicture(grown);
    } catch (error) {
      fail(error);
    }
  };

  useEffect(() => {
    let gone = false;
    import('../graph/graph').then(
      ({ draw }) => {
        if (gone || !box.current) return;
        try {
          canvas.current = draw(box.current, center, (iri) => void expand(iri));
          canvas.current.show(latest.current.picture, new Set());
        } catch {
          setTrouble('This browser cannot draw here (WebGL2 is missing). The list below has the same content.');
        }
      },
      () => setTrouble('The drawing could not be fetched. The list below has the same content.'),
    );
    return () => {
      gone = true;
      canvas.current?.close();
      canvas.current = null;
    };
  }, []);
  useEffect(() => canvas.current?.show(picture, hidden, from.current), [picture, hidden]);
  useEffect(() => canvas.current?.select(chosen), [chosen, picture]);
  useEffect(() => canvas.current?.recolour(), [dark.value]);

  const classes = useMemo(() => {
    const counts = new Map<string, number>();
    for (const node of picture.nodes.values()) counts.set(node.class, (counts.get(node.class) ?? 0) + 1);
    return [...counts].sort((one, other) => other[1] - one[1]);
  }, [picture]);
  const toggle = (kind: string) => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    setHidden(next);
  };
  const saveImage = async () => {
    const image = await canvas.current?.image();
    if (image) save(image, `${fileName(name)}.png`);
  };
  const selected = chosen ? picture.nodes.get(chosen) : null;

  return (
    <div class={`drawing ${tall ? 'tall' : ''}`} data-testid="drawing" data-nodes={picture.nodes.size} data-edges={picture.edges.size}>
      <div class="drawing-frame">
        <div ref={box} class="canvas" role="img" aria-label={`Drawing of ${many(picture.nodes.size, 'entity', 'entities')} around ${name}; the list below has the same content`} data-testid="canvas" />
        <div class="drawing-tools">
          <button type="button" class="tool" aria-label="Nearer" title="Nearer" onClick={() => canvas.current?.zoom(1.5)}>
            +
          </button>
          <button type="button" class="tool" aria-label="Farther" title="Farther" onClick={() => canvas.current?.zoom(1 / 1.5)}>
            −
          </button>
          <button type="button" class="tool" aria-label="All of it" title="All of it" onClick={() => canvas.current?.fit()}>
            ⤢
          </button>
        </div>
        {selected && (
          <p class="selected" role="status">
            <ClassDot name={selected.class} />
            <a href={entityLink(selected.iri)}>{selected.name}</a>
            <span class="quiet">{selected.class}</span>
          </p>
        )}
      </div>
      {trouble && <p class="failure">{trouble}</p>}
      <div class="legend" role="group" aria-label="Classes shown">
        {classes.map(([kind, number]) => (
          <button key={kind} type="button" class="legend-item" aria-pressed={!hidden.has(kind)} onClick={() => toggle(kind)}>
            <ClassDot name={kind} />
            {kind} <span class="quiet">{number}</span>
          </button>
        ))}
      </div>
      <p class="drawing-note">
        Click an entity to bring what is around it. {[...picture.edges.values()].some((edge) => edge.predicted) && <span class="foreseen-key">Dashed: predicted. </span>}
        {picture.nodes.size >= LIMIT ? `${LIMIT} entities are the most that is drawn.` : picture.more ? 'There is more around it than is drawn.' : ''}
      </p>
      <div class="row">
        <button type="button" class="small" onClick={() => void saveImage()}>
          Save PNG
        </button>
        <button type="button" class="small" onClick={() => save(graphml(picture), `${fileName(name)}.graphml`, 'application/graphml+xml')}>
          Save GraphML
        </button>
      </div>
      <PictureList picture={picture} hidden={hidden} expanded={expanded} onExpand={(iri) => void expand(iri)} />
    </div>
  );
}
