/** The breeds: their proportions and coats. */
import type { Breed } from "./attributes";

/** What makes a breed: proportions and coat. */
export type Build = {
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

export const builds: Readonly<Record<Breed, Build>> = {
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
