/** Draws the dog: body by pose, ears and snout by breed, coat, collar, expression. */
import type { Random } from "@/lib/engine/random";
import type { Attributes, Breed } from "./attributes";
import {
  closedPath,
  curls,
  type Edge,
  ellipse,
  furryPath,
  hairs,
  mirrored,
  type Point,
  rounded,
} from "./brush";
import { collarColours, type Fur, furs } from "./palette";

/** What makes a breed: proportions and coat. */
type Build = {
  /** Half the head's width and height. */
  readonly head: readonly [number, number];
  readonly ears: "upright" | "round" | "drop" | "long" | "puffs";
  /** Half the snout's width and height, and how far its middle lies below the head's. */
  readonly snout: readonly [number, number, number];
  /** Half the body's width at the chest. */
  readonly chest: number;
  readonly legLength: number;
  readonly coat: "smooth" | "fluffy" | "curly";
  readonly tail: "plume" | "whip" | "stub" | "pompon";
};

const builds: Readonly<Record<Breed, Build>> = {
  corgi: {
    head: [39, 33],
    ears: "upright",
    snout: [19, 16, 15],
    chest: 37,
    legLength: 26,
    coat: "fluffy",
    tail: "stub",
  },
  poodle: {
    head: [33, 33],
    ears: "puffs",
    snout: [16, 17, 17],
    chest: 34,
    legLength: 42,
    coat: "curly",
    tail: "pompon",
  },
  "chow chow": {
    head: [46, 42],
    ears: "round",
    snout: [23, 17, 14],
    chest: 48,
    legLength: 32,
    coat: "fluffy",
    tail: "plume",
  },
  dachshund: {
    head: [30, 31],
    ears: "long",
    snout: [15, 22, 21],
    chest: 30,
    legLength: 17,
    coat: "smooth",
    tail: "whip",
  },
  retriever: {
    head: [37, 35],
    ears: "drop",
    snout: [20, 19, 18],
    chest: 38,
    legLength: 40,
    coat: "smooth",
    tail: "plume",
  },
};

const edges: Readonly<Record<Build["coat"], Edge>> = {
  smooth: { kind: "smooth", size: 0 },
  fluffy: { kind: "tufts", size: 5 },
  curly: { kind: "curls", size: 6 },
};

/** The dog as an SVG group in a picture of 256 pixels; its paws stand near y = 232. */
export function drawDog(random: Random, attributes: Attributes): string {
  const dog = new DogDrawing(random, attributes);
  return dog.draw();
}

class DogDrawing {
  readonly #random: Random;
  readonly #attributes: Attributes;
  readonly #build: Build;
  readonly #fur: Fur;
  readonly #parts: string[] = [];

  constructor(random: Random, attributes: Attributes) {
    this.#random = random;
    this.#attributes = attributes;
    this.#build = builds[attributes.breed];
    this.#fur = furs[attributes.fur];
  }

  draw(): string {
    const [cx, cy] = this.#body();
    this.#head(cx, cy);
    return `${this.#gradients()}<g>${this.#parts.join("")}</g>`;
  }

  /** Gradients by which every part is lit from the upper left. */
  #gradients(): string {
    const gradient = (id: string, { light, own, shade }: Pick<Fur, "light" | "own" | "shade">) =>
      `<radialGradient id="${id}" cx="0.36" cy="0.26" r="0.85"><stop offset="0" stop-color="${light}"/>` +
      `<stop offset="0.5" stop-color="${own}"/><stop offset="1" stop-color="${shade}"/></radialGradient>`;
    return `<defs>${gradient("fur", this.#fur)}${gradient("pale", this.#paleFur())}</defs>`;
  }

  /** Fur of muzzle, chest and paws. */
  #paleFur(): Fur {
    if (this.#attributes.whiteChest) return furs.white;
    const { light, own, hairLight, hairDark } = this.#fur;
    return { light: hairLight, own: light, shade: own, hairLight, hairDark };
  }

  /** One part of the coat: filled outline, its edge, its hair. */
  #coat(
    outline: readonly Point[],
    fur: "fur" | "pale" = "fur",
    options: { edge?: Edge; dense?: number; hair?: number } = {},
  ) {
    const { hairLight, hairDark } = fur === "fur" ? this.#fur : this.#paleFur();
    const edge = options.edge ?? edges[this.#build.coat];
    const dense = options.dense ?? 1;
    const count = Math.round(outline.length * dense);
    this.#parts.push(
      `<path d="${furryPath(this.#random, outline, edge)}" fill="url(#${fur})" stroke="${hairDark}" stroke-opacity="0.35" stroke-width="0.8"/>`,
    );
    const texture = this.#build.coat === "curly" ? curls : hairs;
    const length = (options.hair ?? 1) * { smooth: 3.5, fluffy: 8, curly: 4 }[this.#build.coat];
    const opacity = { smooth: 0.3, fluffy: 0.42, curly: 0.38 }[this.#build.coat];
    const strokes = (colour: string) =>
      `<path d="${texture(this.#random, outline, count, length)}" fill="none" stroke="${colour}" stroke-opacity="${opacity}" stroke-width="1.1" stroke-linecap="round"/>`;
    this.#parts.push(strokes(hairDark), strokes(hairLight));
  }

  /** Draws what lies behind the head; returns the middle of the head. */
  #body(): Point {
    switch (this.#attributes.pose) {
      case "sitting":
        return this.#sittingBody();
      case "standing":
        return this.#standingBody();
      case "lying":
        return this.#lyingBody();
      case "portrait":
        return this.#shoulders();
    }
  }

  #sittingBody(): Point {
    const { chest, legLength } = this.#build;
    const floor = 230;
    const neck = floor - 72 - legLength * 0.75;
    this.#tail([128 + chest + 4, floor - 22], 1);
    for (const side of [-1, 1]) {
      this.#coat(ellipse(128 + side * (chest * 0.86), floor - 22, chest * 0.5, 24));
      this.#paw(128 + side * (chest * 1.02), floor + 1, 13);
    }
    this.#coat(
      rounded([
        [128, neck - 12],
        [128 + chest * 0.72, neck + 6],
        [128 + chest, floor - 46],
        [128 + chest * 0.86, floor - 8],
        [128, floor - 2],
        [128 - chest * 0.86, floor - 8],
        [128 - chest, floor - 46],
        [128 - chest * 0.72, neck + 6],
      ]),
    );
    this.#bib(128, neck + 26, chest * 0.55, 34);
    for (const side of [-1, 1]) {
      this.#leg(128 + side * chest * 0.38, floor - 48, floor, 11);
    }
    this.#collar(128, neck + 25, chest * 0.84);
    return [128, neck - this.#build.head[1] * 0.62];
  }

  #standingBody(): Point {
    const { chest, legLength } = this.#build;
    const floor = 230;
    const belly = floor - legLength - 6;
    const back = belly - chest * 1.15;
    this.#tail([208, back + 14], 1);
    for (const x of [192, 112]) this.#leg(x, belly - 12, floor - 5, 9.5);
    this.#coat(
      rounded([
        [88, back + 8],
        [130, back],
        [180, back + 2],
        [210, back + 14],
        [213, belly - 14],
        [186, belly + 2],
        [140, belly + 4],
        [98, belly + 6],
        [76, belly - 18],
      ]),
    );
    this.#bib(88, (back + belly) / 2 + 8, chest * 0.4, chest * 0.5);
    for (const x of [200, 98]) this.#leg(x, belly - 16, floor, 10.5);
    const headY = back - this.#build.head[1] * 0.35;
    this.#coat(ellipse(88, headY + this.#build.head[1] * 0.9, chest * 0.6, chest * 0.62));
    this.#collar(87, headY + this.#build.head[1] * 1.22, chest * 0.62);
    return [86, headY];
  }

  #lyingBody(): Point {
    const { chest } = this.#build;
    const floor = 226;
    this.#tail([214, floor - 26], 1);
    this.#coat(
      rounded([
        [84, floor - 58],
        [128, floor - 74],
        [176, floor - 72],
        [214, floor - 50],
        [218, floor - 12],
        [180, floor],
        [100, floor],
        [72, floor - 20],
      ]),
    );
    this.#coat(ellipse(190, floor - 28, 30, 29));
    this.#paw(186, floor + 1, 14);
    this.#coat(ellipse(104, floor - 42, chest * 0.95, 40));
    this.#bib(104, floor - 34, chest * 0.5, 26);
    for (const x of [76, 128]) {
      this.#coat(ellipse(x, floor - 9, 15, 13));
      this.#paw(x - 2, floor + 2, 13);
    }
    const headY = floor - 78 - this.#build.head[1] * 0.2;
    this.#collar(104, headY + this.#build.head[1] * 1.12, chest * 0.7);
    return [104, headY];
  }

  #shoulders(): Point {
    const { chest } = this.#build;
    this.#coat(
      rounded([
        [128, 148],
        [128 + chest * 1.15, 172],
        [128 + chest * 1.75, 230],
        [128 + chest * 1.7, 280],
        [128 - chest * 1.7, 280],
        [128 - chest * 1.75, 230],
        [128 - chest * 1.15, 172],
      ]),
      "fur",
      { dense: 2 },
    );
    this.#bib(128, 224, chest * 0.8, 44);
    this.#collar(128, 190, chest * 1.08);
    return [128, 122];
  }

  #leg(x: number, top: number, floor: number, halfWidth: number) {
    this.#coat(
      rounded([
        [x - halfWidth, top],
        [x + halfWidth, top],
        [x + halfWidth * 0.85, floor - 6],
        [x - halfWidth * 0.85, floor - 6],
      ]),
      "fur",
      { hair: 0.5 },
    );
    this.#paw(x, floor, halfWidth * 1.2);
  }

  #paw(x: number, floor: number, halfWidth: number) {
    const fur = this.#attributes.whiteChest ? "pale" : "fur";
    this.#coat(ellipse(x, floor - 5, halfWidth, 7), fur, { edge: edges.smooth, hair: 0.25 });
    const toes = [-0.35, 0.35].map((at) => `M${x + at * halfWidth} ${floor - 5}v5.5`).join("");
    this.#parts.push(
      `<path d="${toes}" stroke="#1a1310" stroke-opacity="0.45" stroke-width="1.3" fill="none"/>`,
    );
  }

  /** The chest's paler fur. */
  #bib(cx: number, cy: number, rx: number, ry: number) {
    if (!this.#attributes.whiteChest) return;
    this.#coat(ellipse(cx, cy, rx, ry), "pale");
  }

  #tail([x, y]: Point, side: number) {
    switch (this.#build.tail) {
      case "stub":
        this.#coat(ellipse(x + 4 * side, y, 11, 9));
        return;
      case "whip":
        this.#coat(
          rounded([
            [x - 8, y + 4],
            [x + 18 * side, y - 8],
            [x + 28 * side, y - 32],
            [x + 31 * side, y - 31],
            [x + 24 * side, y],
            [x - 4, y + 13],
          ]),
        );
        return;
      case "pompon":
        this.#coat(
          rounded([
            [x - 8, y + 2],
            [x + 12 * side, y - 18],
            [x + 17 * side, y - 14],
            [x, y + 10],
          ]),
        );
        this.#coat(ellipse(x + 17 * side, y - 24, 13, 13));
        return;
      case "plume":
        this.#coat(
          rounded([
            [x - 10, y + 6],
            [x + 10 * side, y - 12],
            [x + 18 * side, y - 40],
            [x + 34 * side, y - 30],
            [x + 30 * side, y - 4],
            [x + 8 * side, y + 14],
          ]),
          "fur",
          { edge: { kind: "tufts", size: 5 } },
        );
    }
  }

  #collar(cx: number, cy: number, halfWidth: number) {
    const { collar } = this.#attributes;
    if (collar === "none") return;
    const { own, shade } = collarColours[collar];
    const band = (dy: number, colour: string, width: number) =>
      `<path d="M${cx - halfWidth} ${cy - 4 + dy}Q${cx} ${cy + 18 + dy} ${cx + halfWidth} ${cy - 4 + dy}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round"/>`;
    this.#parts.push(
      band(1.5, shade, 9),
      band(0, own, 7.5),
      `<circle cx="${cx}" cy="${cy + 14}" r="6.5" fill="#c9ced6" stroke="#6c727c" stroke-width="1.2"/>`,
      `<circle cx="${cx - 2}" cy="${cy + 12}" r="2" fill="#ffffff"/>`,
    );
  }

  #head(cx: number, cy: number) {
    const scale = this.#attributes.pose === "portrait" ? 1.55 : 1.12;
    const tilt = (this.#random.uniform() - 0.5) * 12;
    this.#parts.push(`<g transform="translate(${cx} ${cy}) rotate(${tilt.toFixed(2)}) scale(${scale})">`);
    const { head, ears, coat } = this.#build;
    const [rx, ry] = head;
    if (ears === "upright" || ears === "round") this.#ears(rx, ry);
    if (this.#attributes.breed === "chow chow") {
      this.#coat(ellipse(0, 4, rx * 1.18, ry * 1.16), "fur", {
        edge: { kind: "tufts", size: 8 },
        dense: 1.5,
      });
    }
    this.#coat(
      rounded([
        [0, -ry],
        [rx * 0.68, -ry * 0.8],
        [rx, -ry * 0.05],
        [rx * 0.86, ry * 0.55],
        [rx * 0.4, ry],
        [-rx * 0.4, ry],
        [-rx * 0.86, ry * 0.55],
        [-rx, -ry * 0.05],
        [-rx * 0.68, -ry * 0.8],
      ]),
      "fur",
      { dense: coat === "fluffy" ? 1.6 : 1.2 },
    );
    if (this.#attributes.whiteChest) {
      this.#coat(
        rounded([
          [0, -ry * 0.92],
          [5, -ry * 0.3],
          [9, 8],
          [-9, 8],
          [-5, -ry * 0.3],
        ]),
        "pale",
        { edge: edges.smooth, dense: 0.4 },
      );
    }
    if (ears !== "upright" && ears !== "round") this.#ears(rx, ry);
    if (this.#attributes.breed === "poodle") {
      this.#coat(ellipse(0, -ry * 0.85, rx * 0.72, ry * 0.5), "fur", { dense: 1.4 });
    }
    this.#eyes(rx, ry);
    this.#snout();
    this.#parts.push("</g>");
  }

  #ears(rx: number, ry: number) {
    for (const side of [-1, 1] as const) {
      const place = (outline: Point[]) => (side === 1 ? outline : mirrored(outline, 0));
      switch (this.#build.ears) {
        case "upright": {
          const outer: Point[] = [
            [rx * 0.2, -ry * 0.72],
            [rx * 0.62, -ry * 1.75],
            [rx * 0.8, -ry * 1.8],
            [rx * 1.02, -ry * 0.9],
            [rx * 0.95, -ry * 0.25],
          ];
          this.#coat(place(rounded(outer)), "fur", { edge: edges.smooth });
          const inner = place(
            rounded([
              [rx * 0.42, -ry * 0.82],
              [rx * 0.68, -ry * 1.52],
              [rx * 0.88, -ry * 0.86],
              [rx * 0.76, -ry * 0.5],
            ]),
          );
          this.#parts.push(`<path d="${closedPath(inner)}" fill="#d98f86" fill-opacity="0.75"/>`);
          break;
        }
        case "round":
          this.#coat(place(ellipse(rx * 0.74, -ry * 0.92, 14, 15)), "fur", { edge: edges.smooth });
          this.#parts.push(
            `<ellipse cx="${side * rx * 0.72}" cy="${-ry * 0.9}" rx="7" ry="8" fill="#b57369" fill-opacity="0.7"/>`,
          );
          break;
        case "drop":
          this.#darkEar(
            place(
              rounded([
                [rx * 0.5, -ry * 0.88],
                [rx * 1.02, -ry * 0.78],
                [rx * 1.3, ry * 0.1],
                [rx * 1.05, ry * 0.58],
                [rx * 0.8, ry * 0.1],
              ]),
            ),
          );
          break;
        case "long":
          this.#darkEar(
            place(
              rounded([
                [rx * 0.62, -ry * 0.8],
                [rx * 1.15, -ry * 0.45],
                [rx * 1.42, ry * 0.6],
                [rx * 1.15, ry * 1.3],
                [rx * 0.78, ry * 1.0],
                [rx * 0.84, 0],
              ]),
            ),
          );
          break;
        case "puffs":
          this.#coat(place(ellipse(rx * 1.08, ry * 0.18, 14, 25)), "fur", { dense: 1.3 });
      }
    }
  }

  /** A hanging ear: the coat, laid in shade so that it stands off the head. */
  #darkEar(outline: Point[]) {
    this.#coat(outline);
    this.#parts.push(`<path d="${closedPath(outline)}" fill="${this.#fur.hairDark}" fill-opacity="0.32"/>`);
  }

  #eyes(rx: number, ry: number) {
    const [x, y] = [rx * 0.42, -ry * 0.12];
    for (const side of [-1, 1]) {
      if (this.#attributes.expression === "sleepy") {
        this.#parts.push(
          `<path d="M${side * x - 7} ${y}q7 6.5 14 0" fill="none" stroke="#120c0a" stroke-width="3" stroke-linecap="round"/>`,
        );
        continue;
      }
      this.#parts.push(
        `<ellipse cx="${side * x}" cy="${y}" rx="7.4" ry="7.8" fill="#000" fill-opacity="0.28"/>`,
        `<ellipse cx="${side * x}" cy="${y}" rx="6.2" ry="6.8" fill="#2a1508"/>`,
        `<ellipse cx="${side * x}" cy="${y + 1.5}" rx="4.6" ry="4.6" fill="#5b3115"/>`,
        `<circle cx="${side * x}" cy="${y + 0.6}" r="3.3" fill="#0c0604"/>`,
        `<circle cx="${side * x - 2}" cy="${y - 2.6}" r="2.1" fill="#fff"/>`,
        `<path d="M${side * x - 6.5} ${y - 9.5 - side}q6.5 -4 13 ${side * 1.5}" fill="none" stroke="${this.#fur.hairLight}" stroke-opacity="0.75" stroke-width="2.4" stroke-linecap="round"/>`,
      );
    }
  }

  #snout() {
    const [halfWidth, halfHeight, below] = this.#build.snout;
    this.#coat(ellipse(0, below, halfWidth, halfHeight), "pale", {
      edge: this.#build.coat === "curly" ? { kind: "curls", size: 3 } : edges.smooth,
      dense: 0.8,
    });
    const mouth = below + halfHeight * 0.22;
    const smiling = this.#attributes.expression === "smiling";
    const corner = smiling ? halfWidth * 0.86 : halfWidth * 0.55;
    const depth = smiling ? 11 : 6;
    const { tongueOut } = this.#attributes;
    if (tongueOut || smiling) {
      this.#parts.push(
        `<path d="M${-corner * 0.8} ${mouth + 3}Q0 ${mouth + depth * 2.4} ${corner * 0.8} ${mouth + 3}Z" fill="#5b1418"/>`,
      );
    }
    if (tongueOut) {
      this.#parts.push(
        `<path d="M-7.5 ${mouth + 6}q-1 19 7.5 20q8.5 -1 7.5 -20z" fill="#f2798a" stroke="#b8405a" stroke-width="1"/>`,
        `<path d="M0 ${mouth + 8}v11" stroke="#c9566c" stroke-width="1.2"/>`,
      );
    }
    const line = `M0 ${below - 2}V${mouth}M${-corner} ${mouth - (smiling ? 3 : -2)}Q${-corner * 0.5} ${mouth + depth} 0 ${mouth}Q${corner * 0.5} ${mouth + depth} ${corner} ${mouth - (smiling ? 3 : -2)}`;
    this.#parts.push(
      `<path d="${line}" fill="none" stroke="#1c110d" stroke-width="2" stroke-linecap="round"/>`,
      `<path d="${closedPath(
        rounded([
          [-9, below - halfHeight * 0.62 - 2],
          [0, below - halfHeight * 0.62 - 5],
          [9, below - halfHeight * 0.62 - 2],
          [5, below - halfHeight * 0.62 + 6],
          [0, below - halfHeight * 0.62 + 9],
          [-5, below - halfHeight * 0.62 + 6],
        ]),
      )}" fill="#17110f"/>`,
      `<ellipse cx="-3" cy="${below - halfHeight * 0.62 - 1.5}" rx="3" ry="1.7" fill="#8d8583"/>`,
    );
  }
}
