// In: where nodes and edges are on the screen, and how wide their names. Out: the names that can be shown so that none lies on another
// or on a node; who is near gets more of them.
import { LINE } from './layout';

export interface Dot {
  key: string;
  x: number;
  y: number;
  size: number;
  width: number;
  /** Always named. */
  first: boolean;
}

export interface Line {
  key: string;
  from: Dot;
  to: Dot;
  width: number;
  /** How far its middle is from the straight way, to one side. */
  bend: number;
}

interface Rect {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const meet = (one: Rect, other: Rect) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

const around = (x: number, y: number, across: number, along = across): Rect => ({ left: x - across, right: x + across, top: y - along, bottom: y + along });

export function namedNodes(dots: Dot[]): { named: Set<string>; taken: Rect[] } {
  const circles = new Map(dots.map((dot) => [dot.key, around(dot.x, dot.y, dot.size)]));
  const names: Rect[] = [];
  const named = new Set<string>();
  for (const dot of [...dots].sort((one, other) => Number(other.first) - Number(one.first) || other.size - one.size)) {
    const top = dot.y + dot.size + 1;
    const name = { left: dot.x - dot.width / 2 - 1, right: dot.x + dot.width / 2 + 1, top, bottom: top + LINE };
    const hidden = names.some((other) => meet(name, other)) || [...circles].some(([key, circle]) => key !== dot.key && meet(name, circle));
    if (hidden && !dot.first) continue;
    named.add(dot.key);
    names.push(name);
  }
  return { named, taken: [...circles.values(), ...names] };
}

/** Half the height of an edge's name. */
const HALF = 7;

export function namedEdges(lines: Line[], taken: Rect[]): Set<string> {
  const named = new Set<string>();
  const all = [...taken];
  for (const { key, from, to, width, bend } of lines) {
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length = Math.hypot(dx, dy);
    if (length < width + from.size + to.size) continue;
    const [ux, uy] = [dx / length, dy / length];
    const [x, y] = [(from.x + to.x) / 2 - uy * bend * length, (from.y + to.y) / 2 + ux * bend * length];
    // The name lies along its edge: a chain of small squares.
    const count = Math.ceil(width / HALF);
    const squares = Array.from({ length: count + 1 }, (_, index) => (index / count - 0.5) * width).map((at) => around(x + ux * at, y + uy * at, HALF));
    if (squares.some((square) => all.some((other) => meet(square, other)))) continue;
    named.add(key);
    all.push(...squares);
  }
  return named;
}
