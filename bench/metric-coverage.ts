/**
 * Do the intervals of metrics hold what they claim? `node --import tsx bench/metric-coverage.ts [--studies 300]` draws sets
 * of features with known structure, computes scores as an evaluation does, and counts how often the interval holds the
 * expected value, taken from the mean of all studies (and for KID from the populations). Prints a Markdown table.
 */
import { parseArgs } from "node:util";
import type { Features } from "@/lib/metrics/features/features";
import { type Clusters, type Interval, meanInterval, singletons } from "@/lib/metrics/intervals/intervals";
import { frechetDistanceWithInterval } from "@/lib/metrics/measures/frechet-interval";
import { inceptionScoreWithInterval } from "@/lib/metrics/measures/inception-score";
import { kernelDistanceWithInterval } from "@/lib/metrics/measures/kernel-distance";
import { neighbourhoodInterval, neighbourhoodScores } from "@/lib/metrics/measures/precision-recall";
import { Random } from "@/lib/numerics/random";

type Design = {
  readonly dims: number;
  readonly captions: number;
  readonly seeds: number;
  /** Correlation of two images of one caption. */
  readonly icc: number;
  readonly real: number;
  /** Of the generated images, in standard deviations of each dimension. */
  readonly shift: number;
  readonly scale: number;
  /** Like Inception's features: never negative, their variances falling as a power. */
  readonly rectified: boolean;
};

const designs: Design[] = [
  { dims: 8, captions: 200, seeds: 1, icc: 0, real: 200, shift: 0, scale: 1, rectified: false },
  { dims: 8, captions: 200, seeds: 1, icc: 0, real: 200, shift: 0.3, scale: 1, rectified: false },
  { dims: 8, captions: 50, seeds: 4, icc: 0.5, real: 200, shift: 0.3, scale: 1.2, rectified: false },
  { dims: 8, captions: 50, seeds: 4, icc: 0.8, real: 200, shift: 0.3, scale: 1.2, rectified: false },
  { dims: 8, captions: 12, seeds: 4, icc: 0.5, real: 48, shift: 0.3, scale: 1.2, rectified: false },
  { dims: 64, captions: 200, seeds: 1, icc: 0, real: 200, shift: 0, scale: 1, rectified: false },
  { dims: 64, captions: 50, seeds: 4, icc: 0.5, real: 200, shift: 0.3, scale: 1.2, rectified: true },
  { dims: 256, captions: 100, seeds: 1, icc: 0, real: 100, shift: 0.3, scale: 1.2, rectified: true },
  { dims: 256, captions: 25, seeds: 4, icc: 0.5, real: 100, shift: 0.3, scale: 1.2, rectified: true },
];

function draw(random: Random, count: number, seeds: number, design: Design, isReal: boolean): Features {
  const { dims, icc, rectified } = design;
  const [shift, scale] = isReal ? [0, 1] : [design.shift, design.scale];
  const values = new Float64Array(count * seeds * dims);
  const [common, own] = isReal ? [0, 1] : [Math.sqrt(icc), Math.sqrt(1 - icc)];
  for (let caption = 0; caption < count; caption++) {
    const centre = Float64Array.from({ length: dims }, () => random.normal());
    for (let at = caption * seeds * dims; at < (caption + 1) * seeds * dims; at++) {
      const j = at % dims;
      const value = scale * (common * centre[j]! + own * random.normal()) + shift;
      values[at] = rectified ? Math.max(0, value) * (1 + j) ** -0.6 : value;
    }
  }
  return { count: count * seeds, dims, values };
}

type Scored = { readonly value: number; readonly interval: Interval | null };
type Study = {
  real: Features;
  generated: Features;
  clusters: { real: Clusters; generated: Clusters };
  random: Random;
};

function neighbourhood(score: "precision" | "recall" | "density" | "coverage") {
  return async ({ real, generated, clusters, random }: Study): Promise<Scored> => {
    const values = (await neighbourhoodScores(real, generated, "clova"))[score];
    const value = values.reduce((sum, each) => sum + each, 0) / values.length;
    return {
      value,
      interval: await neighbourhoodInterval(value, score, real, generated, "clova", random, clusters),
    };
  };
}

const metrics: Record<string, (study: Study) => Scored | Promise<Scored>> = {
  "mean of one value per image": ({ generated, clusters }) => {
    const values = Float64Array.from(
      { length: generated.count },
      (_, i) => generated.values[i * generated.dims]!,
    );
    return {
      value: values.reduce((sum, each) => sum + each, 0) / values.length,
      interval: meanInterval(values, clusters.generated),
    };
  },
  "Fréchet distance": ({ real, generated, clusters, random }) =>
    frechetDistanceWithInterval(real, generated, random, { clusters: [clusters.real, clusters.generated] }),
  KID: ({ real, generated, clusters, random }) =>
    kernelDistanceWithInterval(real, generated, random, { clusters: [clusters.real, clusters.generated] }),
  "Inception score": ({ generated, clusters }) => inceptionScoreWithInterval(generated, clusters.generated),
  precision: neighbourhood("precision"),
  recall: neighbourhood("recall"),
  density: neighbourhood("density"),
  coverage: neighbourhood("coverage"),
};

const { values: options } = parseArgs({ options: { studies: { type: "string", default: "300" } } });
const studies = Number(options.studies);

console.log(`| dims | captions × seeds, ICC | real | populations | ${Object.keys(metrics).join(" | ")} |`);
console.log(`| --- ${"| --- ".repeat(3 + Object.keys(metrics).length)}|`);
for (const [at, design] of designs.entries()) {
  const { dims, captions, seeds, icc, real, shift, scale, rectified } = design;
  const clusters = {
    real: singletons(real),
    generated: Int32Array.from({ length: captions * seeds }, (_, i) => real + Math.floor(i / seeds)),
  };
  const results: Record<string, Scored[]> = {};
  for (let study = 0; study < studies; study++) {
    const random = new Random(study, at);
    const sets = {
      real: draw(random, real, 1, design, true),
      generated: draw(random, captions, seeds, design, false),
      clusters,
      random,
    };
    for (const [name, score] of Object.entries(metrics)) {
      results[name] ??= [];
      results[name].push(await score(sets));
    }
  }
  const cells = Object.values(results).map((scored) => {
    const expected = scored.reduce((sum, { value }) => sum + value, 0) / studies;
    const known = scored.flatMap(({ interval }) => interval ?? []);
    if (known.length < studies) return "none";
    const held = known.filter(({ low, high }) => low <= expected && expected <= high).length / studies;
    const error = Math.sqrt((held * (1 - held)) / studies);
    return `${(100 * held).toFixed(1)} ± ${(100 * error).toFixed(1)}`;
  });
  const populations = shift === 0 && scale === 1 ? "equal" : `shift ${shift}, scale ${scale}`;
  console.log(
    `| ${dims} | ${captions} × ${seeds}, ${icc} | ${real} | ${populations}${rectified ? ", rectified" : ""} | ${cells.join(" | ")} |`,
  );
}
