/** What a dog is drawn on: its coat part by part, with outline, edge and hair by breed and colours by attributes. */
import type { Random } from "@/lib/numerics/random";
import type { Attributes } from "./attributes";
import { type Build, builds } from "./breeds";
import { curls, type Edge, furryPath, hairs, type Point } from "./brush";
import { type Fur, furs } from "./palette";

export const edges: Readonly<Record<Build["coat"], Edge>> = {
  smooth: { kind: "smooth", size: 0 },
  fluffy: { kind: "tufts", size: 5 },
  curly: { kind: "curls", size: 6 },
};

/** What is drawn of one dog so far, as SVG; later parts lie over earlier ones. */
export class DogDrawing {
  readonly random: Random;
  readonly attributes: Attributes;
  readonly build: Build;
  readonly fur: Fur;
  readonly #parts: string[] = [];

  constructor(random: Random, attributes: Attributes) {
    this.random = random;
    this.attributes = attributes;
    this.build = builds[attributes.breed];
    this.fur = furs[attributes.fur];
  }

  add(...parts: string[]) {
    this.#parts.push(...parts);
  }

  toSvg(): string {
    return `${this.#gradients()}<g>${this.#parts.join("")}</g>`;
  }

  /** Gradients by which every part is lit from the upper left. */
  #gradients(): string {
    const gradient = (id: string, { light, own, shade }: Pick<Fur, "light" | "own" | "shade">) =>
      `<radialGradient id="${id}" cx="0.36" cy="0.26" r="0.85"><stop offset="0" stop-color="${light}"/>` +
      `<stop offset="0.5" stop-color="${own}"/><stop offset="1" stop-color="${shade}"/></radialGradient>`;
    return `<defs>${gradient("fur", this.fur)}${gradient("pale", this.#paleFur())}</defs>`;
  }

  /** Fur of muzzle, chest and paws. */
  #paleFur(): Fur {
    if (this.attributes.whiteChest) return furs.white;
    const { light, own, hairLight, hairDark } = this.fur;
    return { light: hairLight, own: light, shade: own, hairLight, hairDark };
  }

  /** One part: filled outline, its edge, its hair. */
  coat(
    outline: readonly Point[],
    fur: "fur" | "pale" = "fur",
    options: { edge?: Edge; dense?: number; hair?: number } = {},
  ) {
    const { hairLight, hairDark } = fur === "fur" ? this.fur : this.#paleFur();
    const edge = options.edge ?? edges[this.build.coat];
    const dense = options.dense ?? 1;
    const count = Math.round(outline.length * dense);
    this.#parts.push(
      `<path d="${furryPath(this.random, outline, edge)}" fill="url(#${fur})" stroke="${hairDark}" stroke-opacity="0.35" stroke-width="0.8"/>`,
    );
    const texture = this.build.coat === "curly" ? curls : hairs;
    const length = (options.hair ?? 1) * { smooth: 3.5, fluffy: 8, curly: 4 }[this.build.coat];
    const opacity = { smooth: 0.3, fluffy: 0.42, curly: 0.38 }[this.build.coat];
    const strokes = (colour: string) =>
      `<path d="${texture(this.random, outline, count, length)}" fill="none" stroke="${colour}" stroke-opacity="${opacity}" stroke-width="1.1" stroke-linecap="round"/>`;
    this.#parts.push(strokes(hairDark), strokes(hairLight));
  }
}
