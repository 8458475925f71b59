/**
 * Simulated answers to the demo's example study. Nobody gave them: they follow from what can be counted in the
 * images and from chance, so that the example is a whole study, and they say nothing about people.
 *
 * A rater sees in an image u = 1.6·fur + 0.9·setting + 0.7·real + e: fur and setting are 1 where the image shows what
 * the caption names (or the caption names none), 0 where not; real is 1 for the world's own images, which are sharper;
 * e ~ N(0, 0.5²) belongs to caption and arm and is the same for all raters. With d = c·(u_left - u_right) + 0.05 + l, c
 * the rater's care (uniform from 0.6 to 1.4) and l logistic noise, the answer is left where d > t and right where d < -t,
 * t the rater's threshold (uniform from 0.1 to 0.5); between them "neither fits" where both images have the wrong fur,
 * else "both equally".
 */
import { Random } from "@/lib/numerics/random";
import type { Winner } from "@/lib/statistics/vote";
import type { SimulatedVote } from "../install/record-votes";

/** What is known of the image that stands for a caption in an arm. */
export type CountedImage = { readonly furRight: boolean; readonly settingRight: boolean };

export type CountedArm = {
  readonly name: string;
  readonly isReal: boolean;
  /** One for each caption of the study, in order. */
  readonly images: readonly CountedImage[];
};

export type Simulation = {
  readonly captions: readonly string[];
  readonly arms: readonly CountedArm[];
  readonly ratersPerItem: number;
  readonly itemsPerRater: number;
  readonly seed: number;
};

const weights = { fur: 1.6, setting: 0.9, real: 0.7 };
const captionEffect = 0.5;
const leftAdvantage = 0.05;

const IMAGE_STREAM = 1;
const RATER_STREAM = 2;
const ORDER_STREAM = 3;
const VOTE_STREAM = 4;

/**
 * Every pair of arms for every caption, judged by `ratersPerItem` raters, nobody twice on the same pair; sides
 * alternate. A function of its arguments alone.
 */
export function simulateVotes({
  captions,
  arms,
  ratersPerItem,
  itemsPerRater,
  seed,
}: Simulation): SimulatedVote[] {
  const imageRandom = new Random(seed, IMAGE_STREAM);
  const seen = arms.map(({ isReal, images }) =>
    images.map(
      ({ furRight, settingRight }) =>
        weights.fur * Number(furRight) +
        weights.setting * Number(settingRight) +
        weights.real * Number(isReal) +
        captionEffect * imageRandom.normals(1)[0]!,
    ),
  );
  const items = captions.flatMap((caption, at) =>
    arms.flatMap((_, first) =>
      arms.slice(first + 1).map((_, next) => ({ caption, at, first, second: first + 1 + next })),
    ),
  );
  const raterCount = Math.max(ratersPerItem, Math.ceil((items.length * ratersPerItem) / itemsPerRater));
  const raterRandom = new Random(seed, RATER_STREAM);
  const raters = Array.from({ length: raterCount }, (_, number) => ({
    name: `simulated-${String(number + 1).padStart(2, "0")}`,
    care: 0.6 + 0.8 * raterRandom.uniform(),
    threshold: 0.1 + 0.4 * raterRandom.uniform(),
  }));
  const random = new Random(seed, VOTE_STREAM);
  const order = shuffled(items.length, new Random(seed, ORDER_STREAM));
  return Array.from({ length: ratersPerItem }, (_, round) => round).flatMap((round) =>
    order.map((item, place): SimulatedVote => {
      const { caption, at, first, second } = items[item]!;
      // From round to round each pair moves on by one rater, so that none meets it again.
      const rater = raters[(place + round) % raterCount]!;
      const [left, right] = (round + item) % 2 === 0 ? [first, second] : [second, first];
      const difference =
        rater.care * (seen[left]![at]! - seen[right]![at]!) + leftAdvantage + logistic(random.uniform());
      const bothWrong = [left, right].every((arm) => !arms[arm]!.images[at]!.furRight);
      const winner: Winner =
        Math.abs(difference) > rater.threshold
          ? difference > 0
            ? "left"
            : "right"
          : bothWrong
            ? "both_bad"
            : "tie";
      return {
        caption,
        rater: rater.name,
        left: arms[left]!.name,
        right: arms[right]!.name,
        winner,
        latency_ms: Math.round(1500 + 4500 * random.uniform() + 3000 / (0.5 + Math.abs(difference))),
      };
    }),
  );
}

/** Inverse of the logistic distribution function. */
function logistic(uniform: number): number {
  const inside = Math.min(1 - 1e-9, Math.max(1e-9, uniform));
  return Math.log(inside / (1 - inside));
}

function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
