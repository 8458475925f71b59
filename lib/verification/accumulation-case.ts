/** Cases PREFIX.{json,safetensors} of one step over several micro-batches, on the base model that it names. */
import { dirname, join } from "node:path";
import { z } from "zod";
import { accumulateGradients } from "@/lib/diffusion/training/gradient-accumulation";
import { globalNorm } from "@/lib/diffusion/training/gradient-clipping";
import { learningRateAt } from "@/lib/diffusion/training/learning-rate";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { selectRows } from "./check-training";
import { compareRelatively, type Measured } from "./measured";
import {
  loadAllWeights,
  openReferenceModel,
  readReferenceValues,
  referenceFloats,
  referenceTensor,
} from "./reference-case";
import { readReferenceJson } from "./reference-json";
import { norm } from "./relative-error";
import { createReplayStep, replayFeeds } from "./training-replay";

const LOSS_TOLERANCE = 1e-4;
const GRADIENT_TOLERANCE = 1e-3;
const RATE_TOLERANCE = 1e-12;

const GRADIENT = "grad.";
const GRADIENT_ROWS = "grad_rows.";

const figures = z.object({
  base: z.string(),
  micro_batches: z.number().int().min(1),
  loss: z.number(),
  micro_losses: z.array(z.number()),
  grad_norm: z.number(),
  grad_norms: z.record(z.string(), z.number()),
  micro_grad_norm: z.array(z.number()),
  zero_gradient: z.array(z.string()).default([]),
  schedules: z
    .array(
      z.object({
        base_lr: z.number(),
        warmup: z.number(),
        total: z.number(),
        steps: z.array(z.number()),
        cosine: z.array(z.number()),
        linear: z.array(z.number()),
      }),
    )
    .default([]),
});
type Figures = z.infer<typeof figures>;

/** Losses, gradients and norms, together and of each micro-batch; learning rates of the schedules. */
export const accumulationCase: CaseKind = {
  subject: "gradient accumulation",
  files: [".json", ".safetensors"],
  check,
};

async function check(prefix: string, provider: ExecutionProvider): Promise<CheckedGroup[]> {
  const expected = readReferenceJson(`${prefix}.json`, figures);
  const groups = [{ name: "accumulation", measured: await accumulateAgain(prefix, expected, provider) }];
  const rates = compareRates(expected);
  return rates.length === 0 ? groups : [...groups, { name: "schedules", measured: rates }];
}

async function accumulateAgain(
  prefix: string,
  expected: Figures,
  provider: ExecutionProvider,
): Promise<Measured[]> {
  const reference = await readReferenceValues(`${prefix}.safetensors`);
  const model = await openReferenceModel(join(dirname(prefix), expected.base));
  const { options } = model;
  const weights = await loadAllWeights(model);
  const count = expected.micro_batches;
  const batchSize = referenceTensor(reference, "batch.x0").shape[0]! / count;
  const graph = await createReplayStep({ options, batchSize, provider });
  const arrays = () =>
    new Map(
      [...graph.trainedShapes.keys()].map((name) => [name, new Float32Array(weights.get(name)!.length)]),
    );
  const [gradients, spare] = [arrays(), arrays()];
  const batches = Array.from(
    { length: count },
    (_, number) => async () => replayFeeds(reference, "batch", options, { number, count }),
  );
  try {
    const measured: Measured[] = [];
    for (const [number, batch] of batches.entries()) {
      const { loss } = await graph.run(weights, await batch(), spare);
      measured.push(
        compare(`micro_losses[${number}]`, [loss], [expected.micro_losses[number]!], LOSS_TOLERANCE),
        compare(`micro_grad_norm[${number}]`, [globalNorm(spare)], [expected.micro_grad_norm[number]!]),
      );
    }
    const { loss } = await accumulateGradients(graph, weights, batches, gradients, spare);
    measured.push(
      compare("loss", [loss], [expected.loss], LOSS_TOLERANCE),
      compare("grad_norm", [globalNorm(gradients)], [expected.grad_norm]),
    );
    for (const [name, value] of Object.entries(expected.grad_norms)) {
      if (expected.zero_gradient.includes(name)) continue;
      measured.push(compare(`norm of the gradient of ${name}`, [norm(gradients.get(name) ?? [])], [value]));
    }
    for (const key of reference.tensors.keys()) {
      const isRows = key.startsWith(GRADIENT_ROWS);
      if (key.endsWith(".index") || !(isRows || key.startsWith(GRADIENT))) continue;
      const name = key.slice((isRows ? GRADIENT_ROWS : GRADIENT).length);
      if (expected.zero_gradient.includes(name)) continue;
      const gradient = gradients.get(name) ?? new Float32Array();
      const actual = isRows ? selectRows(gradient, reference, key) : gradient;
      measured.push(compare(key, actual, referenceFloats(reference, key)));
    }
    return measured;
  } finally {
    await graph.release();
  }
}

function compareRates({ schedules }: Figures): Measured[] {
  return schedules.flatMap((schedule, number) =>
    (["cosine", "linear"] as const).map((learningRateSchedule) => {
      const plan = {
        learningRateSchedule,
        learningRate: schedule.base_lr,
        warmupSteps: schedule.warmup,
      };
      const rates = schedule.steps.map((step) => learningRateAt(plan, step, schedule.total));
      const part = `schedules[${number}].${learningRateSchedule}`;
      return compare(part, rates, schedule[learningRateSchedule], RATE_TOLERANCE);
    }),
  );
}

function compare(
  part: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = GRADIENT_TOLERANCE,
): Measured {
  return compareRelatively(part, actual, expected, { tolerance });
}
