/** What a run does when its graphics card fails. Cards are played by the processor, and lost in a given step. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as ort from "onnxruntime-node";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { CardLearner } from "@/lib/diffusion/training/card-learner";
import type { Learner } from "@/lib/diffusion/training/learner";
import { ProcessorLearner } from "@/lib/diffusion/training/processor-learner";
import { train } from "@/lib/diffusion/training/train";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import { TrainingStep } from "@/lib/diffusion/training/training-step";
import { cardFailed, cardTooSmall } from "@/lib/engine/webgpu/card-failure";
import { smallRequest, smallSettings } from "./small-run";

/** The next card's: whether it has room, in which of its steps it is lost, and which it leaves out. */
const card = vi.hoisted(() => ({ hasRoom: true, lostInStep: Number.POSITIVE_INFINITY, leftOutStep: 0 }));

vi.mock("@/lib/diffusion/training/card-learner", () => ({
  CardLearner: {
    async create(...[graphSettings, weights, settings]: Parameters<typeof CardLearner.create>) {
      if (!card.hasRoom) throw cardTooSmall("a card", "training", "9 MiB");
      const arrays = new Map([...weights].map(([name, { data }]) => [name, data as Float32Array]));
      const step = await TrainingStep.create({ ...graphSettings, provider: "cpu", threads: 1 });
      return untilLost(
        new ProcessorLearner(step, arrays, { ...smallSettings, ...settings }),
        card.lostInStep,
      );
    },
  },
}));

/** What CUDA throws in the run of that number. */
const cuda = vi.hoisted(() => ({ failsInRun: Number.POSITIVE_INFINITY, message: "" }));

vi.mock("onnxruntime-node", async (importOriginal) => {
  const real = await importOriginal<typeof ort>();
  const create = async (bytes: Uint8Array, options: ort.InferenceSession.SessionOptions) => {
    const isOnCard = options.executionProviders?.[0] === "cuda";
    const session = await real.InferenceSession.create(bytes, { ...options, executionProviders: ["cpu"] });
    let runs = 0;
    return isOnCard
      ? {
          async run(...given: Parameters<typeof session.run>) {
            runs += 1;
            if (runs >= cuda.failsInRun) throw new Error(cuda.message);
            return session.run(...given);
          },
          release: () => session.release(),
        }
      : session;
  };
  return { ...real, InferenceSession: { create } };
});

function untilLost(learner: Learner, lostInStep: number): Learner {
  let steps = 0;
  const check = () => {
    if (steps >= lostInStep) throw cardFailed("a card", "reset");
  };
  return {
    trainedShapes: learner.trainedShapes,
    dropoutMasks: learner.dropoutMasks,
    textInputNames: learner.textInputNames,
    async step(batches, update) {
      steps += 1;
      check();
      if (steps !== card.leftOutStep) return learner.step(batches, update);
      for (const batch of batches) await batch();
      return {
        loss: Number.NaN,
        consistencyLoss: null,
        gradientNorm: Number.POSITIVE_INFINITY,
        leftOut: { factor: 32 },
      };
    },
    async read() {
      check();
      return learner.read();
    },
    async readShown() {
      check();
      return learner.readShown();
    },
    resume: (state, count) => learner.resume(state, count),
    release: () => learner.release(),
  };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-card-failure-"));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  card.hasRoom = true;
  card.lostInStep = Number.POSITIVE_INFINITY;
  card.leftOutStep = 0;
  cuda.failsInRun = Number.POSITIVE_INFINITY;
});

/** Two epochs of two steps or more, with a state after every second step. */
async function run(
  name: string,
  whenCardFails: "stop" | "processor",
  provider: "cpu" | "cuda" | "webgpu" = "webgpu",
  precision: "float32" | "half" = "float32",
) {
  const losses = new Map<number, number>();
  const log: string[] = [];
  const onEvent = (event: TrainingEvent) => {
    if (event.type === "loss") losses.set(event.step, event.loss);
    if (event.type === "log") log.push(event.message);
  };
  const settings = { epochs: 2, checkpointEverySteps: 2, whenCardFails, precision };
  const request = await smallRequest(folder, { run: name, settings, provider, onEvent });
  const outcome = await train(request).then(
    ({ steps }) => ({ steps }),
    (error) => ({ error }),
  );
  return { losses, log, outcome };
}

test("a card that is lost ends the run, which is resumed from its last saved state and loses nothing", async () => {
  const undisturbed = await run("undisturbed", "stop", "cpu");
  card.lostInStep = 4;
  const lost = await run("stopped", "stop");
  expect(lost.outcome).toMatchObject({
    error: {
      code: "unavailable",
      message: "The graphics card a card stopped working.",
      remedy: expect.stringMatching(/^Resume the run/),
    },
  });
  expect([...lost.losses.keys()]).toEqual([1, 2, 3]);
  expect(lost.log.at(-1)).toBe(
    "The state after step 3 could not be saved: The graphics card a card stopped working. The run can be resumed from step 2.",
  );
  card.lostInStep = Number.POSITIVE_INFINITY;
  const resumed = await run("stopped", "stop");
  expect(resumed.outcome).toEqual(undisturbed.outcome);
  expect(new Map([...lost.losses, ...resumed.losses])).toEqual(undisturbed.losses);
});

test("or leaves the rest to the processor, where that was chosen, and says so", async () => {
  const undisturbed = await run("undisturbed too", "stop", "cpu");
  card.lostInStep = 4;
  const { losses, log, outcome } = await run("continued", "processor");
  expect(outcome).toEqual(undisturbed.outcome);
  expect(losses).toEqual(undisturbed.losses);
  expect(log).toContain("The graphics card a card stopped working. The run continues on the processor.");
  expect(log).toContainEqual(expect.stringMatching(/^Continued after step 2 of /));
});

test("a model that does not fit on the card ends the run with what saves memory, or trains on the processor", async () => {
  card.hasRoom = false;
  const { outcome } = await run("large", "stop");
  expect(outcome).toMatchObject({
    error: { code: "too_large", remedy: expect.stringMatching(/batch.*recompute.*LoRA.*processor/) },
  });
  const { log, losses } = await run("large", "processor");
  expect(losses.size).toBeGreaterThan(3);
  expect(log).toContain(
    "“training” does not fit into the memory of a card: it needs 9 MiB. The run continues on the processor.",
  );
});

test("a failure of CUDA ends the run with the state of its last step, which the processor goes on from", async () => {
  Object.assign(cuda, {
    failsInRun: 4,
    message: "CUDA failure 700: an illegal memory access was encountered",
  });
  const stopped = await run("cuda stopped", "stop", "cuda");
  expect(stopped.outcome).toMatchObject({
    error: {
      code: "unavailable",
      message: "The graphics card that CUDA uses stopped working.",
      cause: { message: cuda.message },
    },
  });
  expect(stopped.log.at(-1)).toBe("Stopped after step 3; its state is saved.");

  cuda.message = "Failed to allocate memory for requested buffer of size 4194304";
  const { losses, log, outcome } = await run("cuda continued", "processor", "cuda");
  expect(outcome).toEqual({ steps: losses.size });
  expect(log).toContain(
    "The memory of the graphics card that CUDA uses is used up. The run continues on the processor.",
  );
  expect(log).toContain(`Continued after step 3 of ${losses.size}.`);
});

test("half precision is refused where no card of WebGPU computes, or given up where the run may leave its card", async () => {
  const refused = await run("half on a processor", "stop", "cpu", "half");
  expect(refused.outcome).toMatchObject({
    error: {
      code: "invalid_input",
      message: "Half precision needs a graphics card with WebGPU, and this run computes on the processor.",
      remedy: expect.stringMatching(/^Choose float32/),
    },
  });
  const { log, losses, outcome } = await run("half on CUDA", "processor", "cuda", "half");
  expect(outcome).toEqual({ steps: losses.size });
  expect(log[0]).toMatch(/^Half precision needs .* on CUDA: it computes in float32\.$/);
});

test("a step that overflows half precision is named, and the run goes on", async () => {
  card.leftOutStep = 2;
  const { log, losses, outcome } = await run("overflow", "stop", "webgpu", "half");
  expect(outcome).toEqual({ steps: losses.size + 1 });
  expect(losses.has(2)).toBe(false);
  expect(log).toContain(
    "Step 2 changed no weight: its gradients were too large for half precision. From now on, they are scaled by 32.",
  );
});
