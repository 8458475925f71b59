/**
 * Whether intervals of set statistics cover their expected value in about 95 of 100 studies. Short runs, which find what is off
 * by much; bench/metric-coverage.ts has the long ones.
 */
import { expect, test } from "vitest";
import type { Features } from "@/lib/metrics/features/features";
import { type Interval, singletons } from "@/lib/metrics/intervals/intervals";
import { frechetDistanceWithInterval } from "@/lib/metrics/measures/frechet-interval";
import { inceptionScoreWithInterval } from "@/lib/metrics/measures/inception-score";
import { kernelDistanceWithInterval } from "@/lib/metrics/measures/kernel-distance";
import { neighbourhoodInterval, neighbourhoodScores } from "@/lib/metrics/measures/precision-recall";
import { Random } from "@/lib/numerics/random";

/** `captions` × `seeds` vectors, whose correlation within a caption is `icc`, times `scale` plus `shift`. */
function draw(
  random: Random,
  {
    captions,
    seeds = 1,
    icc = 0,
    dims = 8,
    shift = 0,
    scale = 1,
  }: Partial<Record<string, number>> & { captions: number },
): Features {
  const values = new Float64Array(captions * seeds * dims);
  for (let caption = 0; caption < captions; caption++) {
    const common = Float64Array.from({ length: dims }, () => random.normal());
    for (let at = caption * seeds * dims; at < (caption + 1) * seeds * dims; at++) {
      values[at] =
        scale * (Math.sqrt(icc) * common[at % dims]! + Math.sqrt(1 - icc) * random.normal()) + shift;
    }
  }
  return { count: captions * seeds, dims, values };
}

/** Part of the studies whose interval holds the mean of all their values. */
async function coverage(
  studies: number,
  study: (random: Random) => Promise<{ value: number; interval: Interval | null }>,
): Promise<number> {
  const results = [];
  for (let seed = 0; seed < studies; seed++) results.push(await study(new Random(seed, 42)));
  const expected = results.reduce((sum, { value }) => sum + value, 0) / studies;
  return (
    results.filter(({ interval }) => interval!.low <= expected && expected <= interval!.high).length / studies
  );
}

const fourSeeds = Int32Array.from({ length: 160 }, (_, i) => 1000 + Math.floor(i / 4));
const designs = {
  "equal populations": { real: { captions: 40 }, generated: { captions: 40 }, clusters: singletons(40) },
  "a shift": { real: { captions: 80 }, generated: { captions: 80, shift: 0.4 }, clusters: singletons(80) },
  "four seeds of a caption": {
    real: { captions: 50 },
    generated: { captions: 20, seeds: 4, icc: 0.6, shift: 0.4, scale: 1.2 },
    clusters: fourSeeds.subarray(0, 80),
  },
};

test.each(Object.entries(designs))("of FID and KID: %s", async (_, { real, generated, clusters }) => {
  const sets = (random: Random) => [draw(random, real), draw(random, generated)] as const;
  const ofBoth = [singletons(real.captions), clusters] as const;
  const fid = await coverage(120, async (random) => {
    const [a, b] = sets(random);
    return frechetDistanceWithInterval(a, b, random, { clusters: ofBoth });
  });
  const kid = await coverage(200, async (random) => {
    const [a, b] = sets(random);
    return kernelDistanceWithInterval(a, b, random, { clusters: ofBoth });
  });
  // 95% is known to ±4% from 120 studies; the half-samples of single images held 99.5 to 100, or 80 with four seeds.
  for (const held of [fid, kid]) {
    expect(held).toBeGreaterThan(0.9);
    expect(held).toBeLessThan(0.995);
  }
});

test("of precision, whose neighbourhoods vary too", async () => {
  const clusters = { real: singletons(60), generated: fourSeeds.subarray(0, 80) };
  const held = await coverage(100, async (random) => {
    const real = draw(random, { captions: 60 });
    const generated = draw(random, { captions: 20, seeds: 4, icc: 0.5, shift: 0.5 });
    const { recall } = await neighbourhoodScores(real, generated, "clova");
    const value = recall.reduce((sum, each) => sum + each, 0) / 60;
    return {
      value,
      interval: await neighbourhoodInterval(value, "recall", real, generated, "clova", random, clusters),
    };
  });
  // From the mean of real images alone: about 80%.
  expect(held).toBeGreaterThan(0.9);
});

test("of the Inception score", async () => {
  const held = await coverage(300, async (random) =>
    inceptionScoreWithInterval(draw(random, { captions: 40, seeds: 4, icc: 0.6, scale: 2 }), fourSeeds),
  );
  expect(held).toBeGreaterThan(0.9);
  expect(held).toBeLessThan(0.985);
});

test("of KID with a dozen captions, where it is skewed", async () => {
  const clusters = [
    singletons(48),
    Int32Array.from({ length: 48 }, (_, i) => 1000 + Math.floor(i / 4)),
  ] as const;
  const held = await coverage(1500, (random) =>
    kernelDistanceWithInterval(
      draw(random, { captions: 48 }),
      draw(random, { captions: 12, seeds: 4, icc: 0.5, shift: 0.3, scale: 1.2 }),
      random,
      { clusters },
    ),
  );
  // The standard error is 0.6%.
  expect(held).toBeGreaterThan(0.93);
  expect(held).toBeLessThan(0.97);
});
