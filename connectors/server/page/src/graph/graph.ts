// In: a picture and an element. Out: it drawn with WebGL: moved, zoomed, clicked, saved as an image. Fetched when needed.
import { MultiDirectedGraph } from 'graphology';
import Sigma from 'sigma';
import { extremityArrow, layerDashed, pathCurved, pathLine, pathLoop } from 'sigma/rendering';
import { colour, property } from '../lib/colours';
import { arrange, textWidth } from './layout';
import type { Picture } from './model';
import { namedEdges, namedNodes, type Dot } from './named';

export interface Canvas {
  show(picture: Picture, hidden: Set<string>, from?: string): void;
  select(iri: string | null): void;
  zoom(by: number): void;
  fit(): void;
  recolour(): void;
  image(): Promise<Blob | null>;
  close(): void;
}

export function draw(box: HTMLElement, center: string | undefined, clicked: (iri: string) => void): Canvas {
  const graph = new MultiDirectedGraph();
  let chosen: string | null = null;
  const narrow = box.clientWidth < 480;
  const sigma = new Sigma(graph, box, {
    primitives: {
      edges: {
        paths: [pathLine(), pathCurved(), pathLoop()],
        extremities: [extremityArrow({ lengthRatio: 5, widthRatio: 4 })],
        // One kind of edge: what is stated has gaps of its own colour.
        layers: [layerDashed({ dashSize: { value: 6, mode: 'pixels' }, gapSize: { value: 5, mode: 'pixels' }, gapColor: { attribute: 'gapColor' } })],
      },
    },
    styles: styles(),
    settings: { allowInvalidContainer: true, renderEdgeLabels: true, gestureTarget: 'shared', stagePadding: RIM, labelRenderedSizeThreshold: 0, minCameraRatio: 0.05, maxCameraRatio: 4, enableCameraRotation: false, enableNodeDrag: true, autoRescale: true, autoRescaleContent: 'positions', itemSizesReference: 'screen' },
  } as never) as unknown as Sigma;

  sigma.on('clickNode', ({ node }) => clicked(node));

  /** Names what can be named at this distance without a name that lies on another. */
  const name = () => {
    const ratio = sigma.getCamera().getState().ratio;
    const dots = new Map<string, Dot>();
    graph.forEachNode((key, { x, y, size, label, off, center: isCenter, chosen: isChosen }) => {
      if (off) return;
      const at = sigma.graphToViewport({ x, y });
      dots.set(key, { key, ...at, size: size / Math.sqrt(ratio), width: textWidth(label, isCenter ? BIG : SMALL, FONT), first: Boolean(isCenter || isChosen) });
    });
    const { named, taken } = namedNodes([...dots.values()]);
    const beside = new Map<string, string[]>();
    graph.forEachEdge((key, _, from, to) => {
      const pair = from < to ? `${from} ${to}` : `${to} ${from}`;
      beside.set(pair, [...(beside.get(pair) ?? []), key]);
    });
    const lines = [...beside.values()].flatMap((keys) =>
      keys.flatMap((key, index) => {
        const [from, to] = graph.extremities(key).map((end) => dots.get(end));
        const text: string = graph.getEdgeAttribute(key, 'label');
        if (!from || !to || from === to || !text) return [];
        return [{ key, from, to, width: textWidth(text, SMALL - 1, FONT) + 6, bend: (index - (keys.length - 1) / 2) * (SPREAD / 2) * (graph.source(key) === graph.source(keys[0]) ? 1 : -1) }];
      }),
    );
    const edges = namedEdges(lines, taken);
    graph.forEachNode((key, attributes) => attributes.named !== named.has(key) && graph.setNodeAttribute(key, 'named', named.has(key)));
    graph.forEachEdge((key, attributes) => attributes.named !== edges.has(key) && graph.setEdgeAttribute(key, 'named', edges.has(key)));
  };
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(name, 60);
  };
  sigma.getCamera().on('updated', soon);
  sigma.on('resize', soon);

  const canvas: Canvas = {
    show(picture, hidden, from) {
      const gone = graph.filterNodes((key) => !picture.nodes.has(key));
      gone.forEach((key) => graph.dropNode(key));
      graph.forEachEdge((key) => picture.edges.has(key) || graph.dropEdge(key));
      const fresh = place(graph, picture, from ?? center);
      const named = labelled(picture);
      for (const [key, edge] of picture.edges) {
        const attributes = { label: named.has(key) ? edge.relation.label || edge.relation.short : '', predicted: edge.predicted };
        if (graph.hasEdge(key)) graph.mergeEdgeAttributes(key, attributes);
        else graph.addDirectedEdgeWithKey(key, edge.from, edge.to, attributes);
      }
      graph.forEachNode((key) => {
        const node = picture.nodes.get(key)!;
        const size = (narrow ? 0.75 : 1) * (6 + Math.min(12, 2.4 * Math.sqrt(graph.degree(key))));
        graph.mergeNodeAttributes(key, { label: clipped(node.name, narrow ? 20 : 30), kind: node.class, color: colour(node.class), size: key === center ? size + 4 : size, off: hidden.has(node.class), center: key === center });
      });
      // What stays is placed anew also where others went, or it would lie in a corner of the room that they took.
      if (fresh || gone.length > 0) {
        const frame = { width: Math.max(240, box.clientWidth - 2 * RIM), height: Math.max(200, box.clientHeight - 2 * RIM) };
        const width = (key: string) => textWidth(graph.getNodeAttribute(key, 'label'), key === center ? BIG : SMALL, FONT);
        sigma.setCustomBBox(arrange(graph, frame, width));
      }
      sigma.refresh();
      name();
    },
    select(iri) {
      if (chosen && graph.hasNode(chosen)) graph.setNodeAttribute(chosen, 'chosen', false);
      chosen = iri;
      if (chosen && graph.hasNode(chosen)) graph.setNodeAttribute(chosen, 'chosen', true);
      name();
    },
    zoom(by) {
      const camera = sigma.getCamera();
      void camera.animate({ ratio: camera.getState().ratio / by }, { duration: 150 });
    },
    fit() {
      void sigma.getCamera().animate({ x: 0.5, y: 0.5, ratio: 1 }, { duration: 150 });
    },
    recolour() {
      graph.forEachNode((key, attributes) => graph.setNodeAttribute(key, 'color', colour(attributes.kind)));
      sigma.refresh();
    },
    image() {
      // Drawn and copied in one go: the canvas is empty again after the frame.
      sigma.refresh();
      const source = sigma.getStageCanvas();
      const copy = document.createElement('canvas');
      copy.width = source.width;
      copy.height = source.height;
      const context = copy.getContext('2d')!;
      context.fillStyle = property('--surface');
      context.fillRect(0, 0, copy.width, copy.height);
      context.drawImage(source, 0, 0);
      return new Promise((done) => copy.toBlob(done, 'image/png'));
    },
    close() {
      clearTimeout(timer);
      sigma.kill();
    },
  };
  return canvas;
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
/** Letters of names, and of what the drawing is about. */
const SMALL = 12;
const BIG = 15;
/** What is kept free at the rim, in pixels. */
const RIM = 14;
/** How far edges between the same two are apart. */
const SPREAD = 0.32;
/** Edges of one relation at one node that bear its name. */
const FAN = 4;

/** The edges that bear their relation's name: of a fan of equal ones, a few. */
function labelled(picture: Picture): Set<string> {
  const seen = new Map<string, number>();
  const named = new Set<string>();
  for (const [key, { from, to, relation, predicted }] of picture.edges) {
    const fans = [`${from} ${relation.value}`, `${relation.value} ${to}`];
    const most = Math.max(...fans.map((fan) => seen.get(fan) ?? 0));
    if (most < FAN || predicted) named.add(key);
    fans.forEach((fan) => seen.set(fan, (seen.get(fan) ?? 0) + 1));
  }
  return named;
}

const clipped = (name: string, most: number) => (name.length > most ? `${name.slice(0, most - 1).trimEnd()}…` : name);

/** New nodes go near the one that they were found from; what is already there stays. Says whether there are new ones. */
function place(graph: MultiDirectedGraph, picture: Picture, near: string | undefined): boolean {
  const origin = near && graph.hasNode(near) ? graph.getNodeAttributes(near) : { x: 0, y: 0 };
  let index = 0;
  for (const key of picture.nodes.keys()) {
    if (graph.hasNode(key)) continue;
    // The golden angle: evenly around, and the same each time.
    const angle = 2.39996 * index;
    const distance = key === near ? 0 : 4 + 2.2 * Math.sqrt(index);
    graph.addNode(key, { x: origin.x + distance * Math.cos(angle), y: origin.y + distance * Math.sin(angle) });
    index += 1;
  }
  return index > 0;
}

/** Asked for each frame, so that a change of colours needs no new drawing. */
function styles() {
  type Attributes = Record<string, unknown>;
  type State = { isHovered: boolean };
  const ends = (test: string) => (attributes: Attributes) => Boolean(attributes[test]);
  return {
    nodes: [
      {
        x: { attribute: 'x' },
        y: { attribute: 'y' },
        size: { attribute: 'size', defaultValue: 8 },
        color: { attribute: 'color' },
        label: { attribute: 'label' },
        labelColor: () => property('--ink'),
        labelSize: (attributes: Attributes) => (attributes.center ? BIG : SMALL),
        labelFont: FONT,
        labelPosition: 'below',
        labelBackgroundColor: () => property('--surface'),
        labelBackgroundPadding: 1,
        labelVisibility: (attributes: Attributes, state: State) => (state.isHovered || attributes.named ? 'visible' : 'hidden'),
        visibility: { when: ends('off'), then: 'hidden', else: 'visible' },
        depth: { whenState: 'isHovered', then: 'topNodes', else: 'nodes' },
        cursor: 'pointer',
        backdropVisibility: (attributes: Attributes, state: State) => (state.isHovered || attributes.chosen ? 'visible' : 'hidden'),
        backdropColor: () => property('--surface-2'),
        backdropShadowColor: 'rgba(0,0,0,0.25)',
        backdropShadowBlur: 8,
        backdropPadding: 4,
        backdropCornerRadius: 6,
      },
    ],
    edges: [
      {
        size: (attributes: Attributes) => (attributes.predicted ? 1.8 : 2.2),
        color: (attributes: Attributes) => property(attributes.predicted ? '--foreseen' : '--edge'),
        label: { attribute: 'label' },
        labelColor: (attributes: Attributes) => property(attributes.predicted ? '--foreseen' : '--muted'),
        labelSize: SMALL - 1,
        labelVisibility: (attributes: Attributes) => (attributes.named ? 'visible' : 'hidden'),
        labelFont: FONT,
        labelPosition: 'over',
        labelBackgroundColor: () => property('--surface'),
        labelBackgroundPadding: 2,
        path: 'straight',
        // Several relations between the same two lie side by side.
        parallelPath: 'curved',
        parallelSpread: SPREAD,
        selfLoopPath: 'loop',
        head: 'arrow',
        gapColor: (attributes: Attributes) => (attributes.predicted ? 'rgba(0,0,0,0)' : property('--edge')),
      },
    ],
  };
}
