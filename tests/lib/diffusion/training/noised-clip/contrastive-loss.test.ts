/** The contrastive loss against its formula, and the gradients of both encoders against finite differences. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseClipOptions } from "@/lib/diffusion/noised-clip/clip-options";
import { globalNorm } from "@/lib/diffusion/training/gradient-clipping";
import { clipTrainingFeeds } from "@/lib/diffusion/training/noised-clip/clip-feeds";
import {
  buildClipTrainingGraph,
  contrastiveLoss,
  imagePrefix,
  logScaleName,
  textPrefix,
} from "@/lib/diffusion/training/noised-clip/contrastive-loss";
import { initialClipWeights } from "@/lib/diffusion/training/noised-clip/initial-clip-weights";
import { fullDiffusion } from "@/lib/diffusion/training/noised-clip/train-noised-clip";
import { gradientOf } from "@/lib/diffusion/training/training-graph";
import { Graph } from "@/lib/engine/graph/graph";
import type { TensorData } from "@/lib/engine/graph/tensor-type";
import { createSession, type Session } from "@/lib/engine/runtime/session";
import { Random } from "@/lib/numerics/random";

describe("contrastiveLoss", () => {
  const batch = 3;
  const logScale = Math.log(5);
  // Rows of length 1.
  const captions = [
    [1, 0],
    [0.6, 0.8],
    [0, 1],
  ];
  const images = [
    [0.8, 0.6],
    [0.28, 0.96],
    [-0.6, 0.8],
  ];

  async function lossOf(leftOut: readonly number[]): Promise<number> {
    const graph = new Graph("loss");
    const loss = contrastiveLoss(
      graph.constant(Float32Array.from(captions.flat()), [batch, 2]),
      graph.constant(Float32Array.from(images.flat()), [batch, 2]),
      {
        logScale: graph.constant(Float32Array.of(logScale), [1]),
        leftOut: graph.constant(Float32Array.from(leftOut), [batch, batch]),
      },
    );
    graph.output("loss", loss);
    const session = await createSession(graph, { threads: 1 });
    const outputs = await session.run({});
    await session.release();
    return Number(outputs.loss![0]);
  }

  /** Figure 3 of Radford et al. 2021, with sums that leave pairs out. */
  function formula(leftOut: readonly number[]): number {
    const rows = [0, 1, 2];
    const logit = (caption: number, image: number) =>
      5 * captions[caption]!.reduce((sum, value, at) => sum + value * images[image]![at]!, 0);
    const isIn = (caption: number, image: number) => leftOut[caption * batch + image] === 0;
    const logSum = (values: number[]) => Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
    const ofCaptions = rows.map(
      (row) =>
        logSum(rows.filter((image) => isIn(row, image)).map((image) => logit(row, image))) - logit(row, row),
    );
    const ofImages = rows.map(
      (row) =>
        logSum(rows.filter((caption) => isIn(caption, row)).map((caption) => logit(caption, row))) -
        logit(row, row),
    );
    return [...ofCaptions, ...ofImages].reduce((sum, each) => sum + each, 0) / (2 * batch);
  }

  it.each([
    ["all pairs", [0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ["a caption that is also true of another image", [0, 1, 0, 0, 0, 0, 0, 0, 0]],
  ])("is the mean cross-entropy both ways for %s", async (_, leftOut) => {
    expect(await lossOf(leftOut)).toBeCloseTo(formula(leftOut), 5);
  });
});

describe("the training graph's gradients", () => {
  const options = parseClipOptions(
    {
      ...{ image_size: 8, patch_size: 4, n_vocab: 49_408, max_text_len: 8, n_embd: 6, n_timesteps: 20 },
      ...{ n_head_text: 2, n_head_state_text: 4, n_xf_blocks_text: 1 },
      ...{ n_head_image: 2, n_head_state_image: 4, n_xf_blocks_image: 2 },
    },
    "the test's options",
  );
  const batch = 4;
  const graph = buildClipTrainingGraph(options, batch);
  const shapes = new Map([...graph.parameters].map(([name, { shape }]) => [name, shape]));
  let session: Session;
  let feeds: Record<string, TensorData>;
  beforeAll(async () => {
    session = await createSession(graph, { threads: 1 });
    const random = new Random(3);
    const pairs = {
      images: random.normals(batch * 3 * 64).map((value) => 0.5 * value),
      captions: ["a brown dog", "a dog on grass", "white", "two cats"],
      leftOut: new Float32Array(batch ** 2),
    };
    pairs.leftOut[1] = 1;
    feeds = clipTrainingFeeds(pairs, { options, diffusion: fullDiffusion(options), random });
  });
  afterAll(() => session.release());

  it.each([imagePrefix, textPrefix, logScaleName])("agree with finite differences in %s", async (part) => {
    const weights = initialClipWeights(shapes, { seed: 2, logitScale: 5 });
    // Embeddings as small as at the start of training drown differences in rounding.
    for (const [name, data] of weights)
      if (name.includes("input.w_")) for (const at of data.keys()) data[at]! *= 30;
    const run = async (moved: ReadonlyMap<string, Float32Array>) =>
      session.run({ ...feeds, ...Object.fromEntries(moved) });
    const names = [...weights.keys()].filter((name) => name.startsWith(part));
    const outputs = await run(weights);
    const slopes = new Map(names.map((name) => [name, outputs[gradientOf(name)] as Float32Array]));
    const length = globalNorm(slopes);
    expect(length).toBeGreaterThan(0);
    const lossAt = async (distance: number) => {
      const moved = new Map(weights);
      for (const name of names) {
        const slope = slopes.get(name)!;
        moved.set(
          name,
          weights.get(name)!.map((value, at) => value + (distance * slope[at]!) / length),
        );
      }
      return Number((await run(moved)).loss![0]);
    };
    const step = 0.01;
    const measured = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    expect(Math.abs(measured / length - 1)).toBeLessThan(0.01);
  });

  it("leave the rows of tokens that no caption has at zero", async () => {
    const weights = initialClipWeights(shapes, { seed: 2, logitScale: 5 });
    const outputs = await session.run({ ...feeds, ...Object.fromEntries(weights) });
    const table = outputs[gradientOf(`${textPrefix}blocks.input.w_voc`)] as Float32Array;
    const tokens = new Set([...(feeds.tokens as BigInt64Array)].map(Number));
    const taught = new Set<number>();
    for (const [at, slope] of table.entries()) if (slope !== 0) taught.add(Math.floor(at / 8));
    expect([...taught].every((token) => tokens.has(token))).toBe(true);
    expect(taught.size).toBeGreaterThan(5);
  });
});
