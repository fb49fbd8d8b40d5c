// In: a graph, the size of what it is drawn on, and how long its names are. Out: where each node is, in pixels, so that it fills the
// frame and no name lies on another where there is room. Nothing is random: the same picture, the same drawing.
import type { MultiDirectedGraph } from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';

export interface Frame {
  width: number;
  height: number;
}

/** A node with its name below it, measured from its middle. */
interface Box {
  key: string;
  x: number;
  y: number;
  half: number;
  up: number;
  down: number;
}

/** The height of a line of a name, and what is kept free around it. */
export const LINE = 17;
const GAP = 6;
/** Room for each node at most, so that a few are not torn apart. */
const ROOM = 150;
const ROUNDS = 240;
/** How much smaller than its own size a drawing may be for all names to have room; else some are left out. */
const MOST_NEARER = 1.5;

const measure = document.createElement('canvas').getContext('2d')!;

export function textWidth(text: string, size: number, font: string): number {
  measure.font = `${size}px ${font}`;
  return measure.measureText(text).width;
}

/** Places all nodes; `widthOf` is the width of a node's name. Says which part of the plane is to be seen. */
export function arrange(graph: MultiDirectedGraph, frame: Frame, widthOf: (key: string) => number): { x: [number, number]; y: [number, number] } {
  forces(graph);
  const boxes = filled(graph, frame, widthOf);
  spread(boxes);
  const { x, y } = seen(boxes, frame);
  const nearer = Math.max((x[1] - x[0]) / frame.width, (y[1] - y[0]) / frame.height);
  if (nearer > 1 && nearer < MOST_NEARER) {
    // All of it is drawn smaller, but letters are not: they need more room.
    for (const box of boxes) for (const side of ['half', 'up', 'down'] as const) box[side] *= nearer;
    spread(boxes);
  }
  for (const box of boxes) graph.mergeNodeAttributes(box.key, { x: box.x, y: box.y });
  return seen(boxes, frame);
}

/** By attraction and repulsion, in its own units, which are kept for the next time. */
function forces(graph: MultiDirectedGraph) {
  graph.forEachNode((key, { free }) => free && graph.mergeNodeAttributes(key, free));
  if (graph.order > 1) {
    const iterations = graph.order > 150 ? 150 : 320;
    forceAtlas2.assign(graph, { iterations, settings: { ...forceAtlas2.inferSettings(graph), gravity: 0.6, scalingRatio: 14, slowDown: 3, adjustSizes: false, barnesHutOptimize: graph.order > 120 } });
  }
  graph.forEachNode((key, { x, y }) => graph.setNodeAttribute(key, 'free', { x, y }));
}

/** The same, as wide and as high as the frame is. */
function filled(graph: MultiDirectedGraph, frame: Frame, widthOf: (key: string) => number): Box[] {
  const boxes: Box[] = graph.mapNodes((key, { x, y, size }) => ({ key, x, y, half: Math.max(widthOf(key) / 2, size) + GAP, up: size + GAP, down: size + LINE + GAP }));
  const most = ROOM * Math.sqrt(boxes.length);
  for (const [axis, room] of [['x', Math.min(frame.width - 120, 1.6 * most)], ['y', Math.min(frame.height - 60, most)]] as const) {
    const places = boxes.map((box) => box[axis]);
    const [low, high] = [Math.min(...places), Math.max(...places)];
    for (const box of boxes) box[axis] = high > low ? ((box[axis] - low) / (high - low) - 0.5) * room : 0;
  }
  return boxes;
}

/** Pushes apart what lies on each other, by the shorter way. */
function spread(boxes: Box[]) {
  for (let round = 0; round < (boxes.length > 150 ? ROUNDS / 4 : ROUNDS); round++) {
    let moved = false;
    for (let first = 0; first < boxes.length; first++) {
      for (let second = first + 1; second < boxes.length; second++) {
        const [one, other] = [boxes[first], boxes[second]];
        const across = one.half + other.half - Math.abs(one.x - other.x);
        // The plane's y grows upwards, and names stand below.
        const along = one.y >= other.y ? one.down + other.up - (one.y - other.y) : other.down + one.up - (other.y - one.y);
        if (across <= 0 || along <= 0) continue;
        moved = true;
        if (across < along) {
          const step = (one.x >= other.x ? 1 : -1) * (across / 2 + 0.1);
          one.x += step;
          other.x -= step;
        } else {
          const step = (one.y >= other.y ? 1 : -1) * (along / 2 + 0.1);
          one.y += step;
          other.y -= step;
        }
      }
    }
    if (!moved) return;
  }
}

/** All boxes, and no less than the frame, so that a few nodes are not blown up. */
function seen(boxes: Box[], frame: Frame): { x: [number, number]; y: [number, number] } {
  const span = (low: number, high: number, least: number): [number, number] => {
    const [middle, half] = [(low + high) / 2, Math.max(high - low, least) / 2];
    return [middle - half, middle + half];
  };
  return {
    x: span(Math.min(...boxes.map((box) => box.x - box.half)), Math.max(...boxes.map((box) => box.x + box.half)), frame.width),
    y: span(Math.min(...boxes.map((box) => box.y - box.down)), Math.max(...boxes.map((box) => box.y + box.up)), frame.height),
  };
}
