/** The consistency between captions: its formula, its gradients, and that it changes the text encoder alone. */
import { afterAll, describe, expect, test, vi } from "vitest";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { encodeCaption } from "@/lib/diffusion/model/tokenizer";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { loraForm } from "@/lib/diffusion/training/adapter-training";
import { batchFeeds, type NoisedExample } from "@/lib/diffusion/training/batch-feeds";
import { contrastiveLoss } from "@/lib/diffusion/training/caption-consistency";
import { pairFeeds } from "@/lib/diffusion/training/caption-pairs";
import { accumulateGradients } from "@/lib/diffusion/training/gradient-accumulation";
import type { Batch } from "@/lib/diffusion/training/learner";
import { isTrained } from "@/lib/diffusion/training/trained-part";
import { TrainingStep } from "@/lib/diffusion/training/training-step";
import { Random } from "@/lib/numerics/random";
import { describeOperations, relativeError } from "../../engine/check-operation";
import { indices, Naive, sumOver } from "../../engine/naive";
import { smallOptions, smallSettings } from "./small-run";

vi.setConfig({ testTimeout: 300_000 });

const rows = 6;
/** Rows 0 and 3, 1 and 4 belong together; row 5 is not there, and row 2 belongs to nothing. */
const isPositive = (i: number, j: number) =>
  Math.abs(i - j) === 3 && i !== 2 && j !== 2 && i !== 5 && j !== 5;
const isCandidate = (i: number, j: number) => i !== j && j !== 5 && i !== 2 && i !== 5;
const square = [rows, rows];
const weightsOf = Float32Array.from(indices(square), ([i, j]) => (isPositive(i!, j!) ? 1 / 4 : 0));

/** -log of the partner's share among the candidates, by the definition, in double precision. */
function naiveLoss(vectors: Naive, temperature: number): Naive {
  const width = [vectors.shape[1]!];
  const product = (i: number, j: number) =>
    sumOver(width, ([k]) => vectors.at([i, k!]) * vectors.at([j, k!]));
  const score = (i: number, j: number) =>
    Math.exp(product(i, j) / Math.sqrt(product(i, i) * product(j, j)) / temperature);
  const loss = sumOver(square, ([i, j]) => {
    if (!isPositive(i!, j!)) return 0;
    const all = sumOver([rows], ([k]) => (isCandidate(i!, k!) ? score(i!, k!) : 0));
    return -Math.log(score(i!, j!) / all) / 4;
  });
  return new Naive([], [loss]);
}

describeOperations({
  contrastiveLoss: [1, 0.1].map((temperature) => ({
    name: `at temperature ${temperature}`,
    operands: [
      { shape: [rows, 5] },
      {
        shape: square,
        dtype: "bool",
        values: (at) => Number(isCandidate(Math.floor(at / rows), at % rows)),
      },
    ],
    graph: (vectors, candidates) =>
      contrastiveLoss(vectors!, {
        candidates: candidates!,
        weights: vectors!.graph.constant(weightsOf, square),
        temperature,
      }),
    naive: (vectors) => naiveLoss(vectors!, temperature),
    onCard: temperature < 1,
  })),
});

const diffusion = createDiffusion({
  noiseSchedule: smallOptions.noise_schedule,
  diffusionSteps: smallOptions.diffusion_steps,
});
const random = new Random(5);
const names = ["tokens", "text_mask"] as const;
const encode = (caption: string) => encodeCaption(caption, smallOptions.text_ctx);

const examples = [100, 700, 300].map(
  (timestep): NoisedExample => ({
    pixels: random.normals(3 * 64).map((value) => Math.tanh(value)),
    lowResPixels: null,
    caption: encode("a dog"),
    drawn: { timestep, errorWeight: 1, boundWeight: 1 },
    noise: random.normals(3 * 64),
    knownMask: null,
  }),
);
const pairs = [
  { image: 0, first: encode("a red ball"), second: encode("ball, red") },
  { image: 1, first: encode("a dog"), second: encode("brown dog on grass") },
  { image: 2, first: encode("the sea"), second: null },
];
const plainFeeds = batchFeeds(examples, { options: smallOptions, diffusion }, names);
const feeds = { ...plainFeeds, ...pairFeeds(pairs, names) };

const lora = loraForm({ ...smallSettings, loraRank: 2 })!;
const weights = new Map(
  [...initialWeights(smallOptions, 1)].map(([name, { data }]) => [
    name,
    // The last convolutions start at zero: nothing before them would have a gradient.
    data.map((value) => value + 0.05 * random.normal()),
  ]),
);

type Arrays = ReadonlyMap<string, Float32Array>;

const opened: TrainingStep[] = [];
afterAll(() => Promise.all(opened.map((step) => step.release())));

async function open(changes: Partial<Parameters<typeof TrainingStep.create>[0]>): Promise<TrainingStep> {
  const step = await TrainingStep.create({
    options: smallOptions,
    diffusion,
    batchSize: examples.length,
    dropoutRate: 0,
    trained: "all",
    threads: 1,
    ...changes,
  });
  opened.push(step);
  return step;
}

function arraysOf({ trainedShapes }: TrainingStep): Map<string, Float32Array<ArrayBuffer>> {
  return new Map(
    [...trainedShapes].map(([name, shape]) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
  );
}

async function runStep(step: TrainingStep, used: Arrays = weights, batch: Batch = feeds) {
  const gradients = arraysOf(step);
  return { ...(await step.run(used, batch, gradients)), gradients };
}

const term = { weight: 0.5, temperature: 0.2, imageCount: 3 };

describe("in a training step", () => {
  test("adds its weighted gradients to the text encoder's, those of finite differences, and nothing to the UNet's", async () => {
    const without = await runStep(await open({}), weights, plainFeeds);
    const step = await open({ consistency: term });
    const joint = await runStep(step);
    expect(without.consistencyLoss).toBeNull();
    expect(joint.loss).toBeCloseTo(without.loss, 6);
    for (const [name, gradient] of joint.gradients) {
      const before = without.gradients.get(name)!;
      const added = gradient.map((value, at) => value - before[at]!);
      // The projection behind the pooled output is left to the diffusion loss, as the UNet is.
      if (!isTrained("text", name) || name.startsWith("transformer_proj")) {
        expect(relativeError(gradient, before), name).toBeLessThan(1e-4);
        continue;
      }
      const at = added.reduce((most, value, i) => (Math.abs(value) > Math.abs(added[most]!) ? i : most), 0);
      const moved = async (by: number) => {
        const changed = weights.get(name)!.slice();
        changed[at]! += by;
        return (await step.run(new Map([...weights, [name, changed]]), feeds, arraysOf(step)))
          .consistencyLoss!;
      };
      const by = 2e-3;
      const slope = (term.weight * ((await moved(by)) - (await moved(-by)))) / (2 * by);
      expect(Math.abs(slope - added[at]!), name).toBeLessThan(0.02 * Math.abs(slope) + 2e-4);
    }
  });

  test("is the same where blocks are computed again, and reaches adapters", async () => {
    const adapted = new Map<string, Float32Array>(weights);
    const results = [];
    for (const recomputesBlocks of [false, true]) {
      const step = await open({ consistency: term, lora, recomputesBlocks });
      for (const [name, data] of arraysOf(step))
        if (!adapted.has(name))
          adapted.set(
            name,
            data.map(() => 0.1 * random.normal()),
          );
      results.push(await runStep(step, adapted));
    }
    const [kept, again] = results as [(typeof results)[0], (typeof results)[0]];
    const plain = await runStep(await open({ lora }), adapted, plainFeeds);
    const own = (name: string, { gradients }: typeof kept) => gradients.get(name)!;
    let reached = 0;
    for (const name of kept.gradients.keys()) {
      expect(relativeError(own(name, again), own(name, kept)), name).toBeLessThan(1e-5);
      if (relativeError(own(name, kept), own(name, plain)) > 1e-3) reached += 1;
    }
    // Two matrices of the text transformer's two attention projections.
    expect(reached).toBe(4);
  });

  test("is averaged over the batches of a step that have pairs", async () => {
    const step = await open({ consistency: term });
    const alone = {
      ...feeds,
      ...pairFeeds(
        pairs.map((pair) => ({ ...pair, second: null })),
        names,
      ),
    };
    const [paired, unpaired] = [await runStep(step), await runStep(step, weights, alone)];
    expect(unpaired.consistencyLoss).toBeNull();
    const [into, spare] = [arraysOf(step), arraysOf(step)];
    const losses = await accumulateGradients(
      step,
      weights,
      [async () => feeds, async () => alone],
      into,
      spare,
    );
    expect(losses.consistencyLoss).toBe(paired.consistencyLoss);
    expect(losses.loss).toBeCloseTo((paired.loss + unpaired.loss) / 2, 6);
    const name = "transformer.resblocks.0.attn.c_qkv.weight";
    const mean = paired.gradients
      .get(name)!
      .map((value, at) => (value + unpaired.gradients.get(name)![at]!) / 2);
    expect(relativeError(into.get(name)!, mean)).toBeLessThan(1e-5);
  });
});
