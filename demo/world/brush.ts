/** Shapes as SVG: closed outlines with tufts or curls of fur, hair strokes, gradients. Lengths are in pixels of 256. */
import type { Random } from "@/lib/numerics/random";

export type Point = readonly [x: number, y: number];

/** Points of an ellipse, turned by `turn` radians, as a closed outline. */
export function ellipse(cx: number, cy: number, rx: number, ry: number, turn = 0): Point[] {
  const count = Math.max(24, Math.round((rx + ry) * 0.9));
  return Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count;
    const [x, y] = [rx * Math.cos(angle), ry * Math.sin(angle)];
    return [cx + x * Math.cos(turn) - y * Math.sin(turn), cy + x * Math.sin(turn) + y * Math.cos(turn)];
  });
}

/** A closed outline through all corners, rounded (Catmull–Rom), at about two pixels a point. */
export function rounded(corners: readonly Point[]): Point[] {
  const at = (index: number) => corners[(index + corners.length) % corners.length]!;
  return corners.flatMap((_, index) => {
    const [p0, p1, p2, p3] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const count = Math.max(2, Math.round(Math.hypot(p2[0] - p1[0], p2[1] - p1[1]) / 2.5));
    return Array.from({ length: count }, (__, step): Point => {
      const t = step / count;
      const blend = (axis: 0 | 1) =>
        0.5 *
        (2 * p1[axis] +
          (p2[axis] - p0[axis]) * t +
          (2 * p0[axis] - 5 * p1[axis] + 4 * p2[axis] - p3[axis]) * t * t +
          (3 * p1[axis] - p0[axis] - 3 * p2[axis] + p3[axis]) * t * t * t);
      return [blend(0), blend(1)];
    });
  });
}

/** Mirrored at the vertical line through `axisX`. */
export function mirrored(outline: readonly Point[], axisX: number): Point[] {
  return outline.map(([x, y]): Point => [2 * axisX - x, y]).reverse();
}

export const round = (value: number) => Math.round(value * 10) / 10;

export function closedPath(outline: readonly Point[]): string {
  return `M${outline.map(([x, y]) => `${round(x)} ${round(y)}`).join("L")}Z`;
}

/** How the edge of a coat looks: smooth, pointed tufts, or round curls, `size` pixels high. */
export type Edge = { readonly kind: "smooth" | "tufts" | "curls"; readonly size: number };

/** The path of an outline with its edge. */
export function furryPath(random: Random, outline: readonly Point[], edge: Edge): string {
  if (edge.kind === "smooth") return closedPath(outline);
  const centre = centreOf(outline);
  const stride = edge.kind === "tufts" ? 2 : 3;
  let path = "";
  for (let index = 0; index < outline.length; index += stride) {
    const here = outline[index]!;
    const next = outline[(index + stride) % outline.length]!;
    const middle: Point = [(here[0] + next[0]) / 2, (here[1] + next[1]) / 2];
    const outward = direction(centre, middle);
    const height = edge.size * (0.5 + random.uniform());
    // Hair hangs: tufts lean down a little.
    const lean = edge.kind === "tufts" ? 0.5 * edge.size : 0;
    const tip: Point = [middle[0] + outward[0] * height, middle[1] + outward[1] * height + lean];
    path += `${path === "" ? "M" : "L"}${round(here[0])} ${round(here[1])}`;
    path += `Q${round(tip[0])} ${round(tip[1])} ${round(next[0])} ${round(next[1])}`;
  }
  return `${path}Z`;
}

export function centreOf(outline: readonly Point[]): Point {
  const sum = outline.reduce<Point>(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / outline.length, sum[1] / outline.length];
}

function direction(from: Point, to: Point): Point {
  const [x, y] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}

/** Short hair strokes spread over an outline's inside, from its centre outwards and down: one path. */
export function hairs(random: Random, outline: readonly Point[], count: number, length: number): string {
  const centre = centreOf(outline);
  let path = "";
  for (let index = 0; index < count; index++) {
    const edge = outline[random.integer(outline.length)]!;
    const share = Math.sqrt(random.uniform()) * 0.95;
    const x = centre[0] + (edge[0] - centre[0]) * share;
    const y = centre[1] + (edge[1] - centre[1]) * share;
    const outward = direction(centre, edge);
    const [dx, dy] = [outward[0] * length * 0.7, (outward[1] * 0.5 + 0.7) * length];
    const bend = (random.uniform() - 0.5) * length * 0.5;
    path += `M${round(x)} ${round(y)}q${round(dx / 2 + bend)} ${round(dy / 2)} ${round(dx)} ${round(dy)}`;
  }
  return path;
}

/** Small open rings spread over an outline's inside: one path. */
export function curls(random: Random, outline: readonly Point[], count: number, size: number): string {
  const centre = centreOf(outline);
  let path = "";
  for (let index = 0; index < count; index++) {
    const edge = outline[random.integer(outline.length)]!;
    const share = Math.sqrt(random.uniform()) * 0.93;
    const x = centre[0] + (edge[0] - centre[0]) * share;
    const y = centre[1] + (edge[1] - centre[1]) * share;
    const r = size * (0.5 + 0.5 * random.uniform());
    path += `M${round(x - r)} ${round(y)}a${round(r)} ${round(r)} 0 1 1 ${round(r)} ${round(r)}`;
  }
  return path;
}
