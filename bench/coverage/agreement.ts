/** A metric against people: within-caption agreement. */
import { createRandom } from "@/lib/statistics/random";
import type { Vote } from "@/lib/statistics/vote";
import { withinCaptionAgreement } from "@/lib/statistics/within-caption-agreement";
import type { Design, Subject } from "./subject";

type Study = {
  readonly captions: number;
  readonly raters: number;
  readonly votesPerPair: number;
  /** Standard deviation of a rater's liking for an arm; images of a caption differ by 1. */
  readonly taste: number;
  /** Standard deviation of what the metric adds to the quality. */
  readonly noise: number;
};

const studies: readonly Study[] = [
  { captions: 40, raters: 12, votesPerPair: 3, taste: 0, noise: 1 },
  { captions: 40, raters: 5, votesPerPair: 3, taste: 0.8, noise: 1 },
  { captions: 40, raters: 3, votesPerPair: 3, taste: 0.8, noise: 1 },
  { captions: 200, raters: 5, votesPerPair: 1, taste: 1, noise: 0.5 },
  { captions: 100, raters: 3, votesPerPair: 1, taste: 1, noise: 0.5 },
  { captions: 12, raters: 12, votesPerPair: 3, taste: 0.5, noise: 0.5 },
  { captions: 60, raters: 20, votesPerPair: 3, taste: 0.8, noise: 0.3 },
];

export const agreement: Subject = {
  name: "agreement",
  title: "Agreement of a metric with people, within captions",
  designs: studies.map(designOf),
};

const arms = ["a", "b", "c"] as const;
const answerNoise = 0.5;
/** Images nearer than this to each other are called equally good. */
const sameness = 0.3;

function agreementOf({ captions, raters, votesPerPair, taste, noise }: Study, seed: number) {
  const random = createRandom(8_000_000 + seed);
  const liking = Float64Array.from({ length: raters * arms.length }, () => taste * random.nextNormal());
  const votes: Vote[] = [];
  const metric = new Map<string, number>();
  // Who judges what takes turns, from someone else for every caption.
  let turn = 0;
  for (let c = 0; c < captions; c++) {
    const quality = arms.map(() => random.nextNormal());
    for (const [i, arm] of arms.entries())
      metric.set(`${c} ${arm}`, quality[i]! + noise * random.nextNormal());
    turn += random.nextInt(raters);
    for (let i = 0; i < arms.length; i++) {
      for (let j = i + 1; j < arms.length; j++) {
        for (let k = 0; k < votesPerPair; k++) {
          const rater = turn++ % raters;
          const felt = (arm: number) => quality[arm]! + liking[rater * arms.length + arm]!;
          const u = random.nextUniform();
          const difference = felt(i) - felt(j) + answerNoise * Math.log(u / (1 - u));
          votes.push({
            caption: `${c}`,
            rater: `r${rater}`,
            left: arms[i]!,
            right: arms[j]!,
            winner: Math.abs(difference) < sameness ? "tie" : difference > 0 ? "left" : "right",
          });
        }
      }
    }
  }
  return withinCaptionAgreement(votes, (caption, arm) => metric.get(`${caption} ${arm}`), {
    seed,
    coverage: 0.95,
    splits: 0,
  })!;
}

function designOf(study: Study): Design {
  const { captions, raters, votesPerPair, taste, noise } = study;
  return {
    name: `${captions} captions, ${raters} raters, ${votesPerPair} per pair`,
    description: `taste ${taste}, noise of the metric ${noise}`,
    studies: 1000,
    prepare() {
      const truth = agreementOf({ ...study, captions: 20_000, raters: 2000 }, 1).value;
      return (seed, tallies) => {
        const { low, high } = agreementOf(study, 1000 + seed);
        tallies.interval("agreement within captions", truth, low, high);
      };
    },
  };
}
