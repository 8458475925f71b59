/** Worlds that studies are drawn from: how many raters, how they share the work, how they differ. */
import { createRandom } from "@/lib/statistics/random";
import { simulateVotes } from "@/lib/statistics/simulate-study";

export type World = {
  readonly captions: number;
  readonly raters: number;
  readonly votesPerItem: number;
  /** Standard deviation of the logarithm of a rater's share of the answers; 0: all equally many. */
  readonly unevenness: number;
  /** Standard deviation of an arm's strength over captions, and over raters (taste). */
  readonly captionEffect: number;
  readonly taste: number;
};

const usual = { captions: 40, captionEffect: 0.4, taste: 0.3, unevenness: 0 };

export const worlds = {
  "3 raters, strong taste": { ...usual, captions: 60, raters: 3, votesPerItem: 2, taste: 0.8 },
  "3 raters, strong taste, uneven": {
    ...usual,
    captions: 60,
    raters: 3,
    votesPerItem: 2,
    taste: 0.8,
    unevenness: 1.5,
  },
  "5 raters, strong taste, uneven": {
    ...usual,
    captions: 60,
    raters: 5,
    votesPerItem: 2,
    taste: 0.8,
    unevenness: 1.5,
  },
  "8 raters": { ...usual, captions: 30, raters: 8, votesPerItem: 4 },
  "20 raters, uneven": { ...usual, raters: 20, votesPerItem: 3, unevenness: 1.5 },
  "20 raters, strong taste, uneven": {
    ...usual,
    raters: 20,
    votesPerItem: 3,
    taste: 0.8,
    unevenness: 1.5,
  },
  "40 raters, strong taste": { ...usual, raters: 40, votesPerItem: 5, taste: 0.8 },
} as const satisfies Record<string, World>;

/** In words, for the tables. */
export function wordsOf(world: World): string {
  const loads = world.unevenness > 0 ? `, loads of log SD ${world.unevenness}` : "";
  return `${world.raters} raters${loads}, ${world.captions} captions, ${world.votesPerItem} raters per item, SD over captions ${world.captionEffect}, taste ${world.taste}`;
}

/** Loads of the raters of one study, in proportion. */
export function loadsOf({ raters, unevenness }: World, seed: number): { loads?: number[] } {
  if (unevenness === 0) return {};
  const random = createRandom(7_000_000 + seed);
  return { loads: Array.from({ length: raters }, () => Math.exp(unevenness * random.nextNormal())) };
}

/** Who answers which of `items` items: `votesPerItem` different raters each. */
export function assignments(
  world: World,
  items: number,
  seed: number,
): { item: Int32Array; rater: Int32Array } {
  const { raters, votesPerItem } = world;
  const { caption, rater } = simulateVotes(
    {
      logStrength: [0, 0],
      captions: items,
      raters,
      votesPerItem,
      ...loadsOf(world, seed),
      captionEffect: 0,
      raterEffect: 0,
      raterSideEffect: 0,
      leftAdvantage: 0,
      tieParameter: 0,
    },
    seed,
  );
  return { item: caption, rater };
}
