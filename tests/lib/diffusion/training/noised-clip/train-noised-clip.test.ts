/** Training of a noised CLIP: it learns, continues exactly after an interruption, and leaves files that guide sampling. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clipFilesIn } from "@/lib/diffusion/noised-clip/clip-files";
import { parseClipOptions } from "@/lib/diffusion/noised-clip/clip-options";
import { openNoisedClip } from "@/lib/diffusion/noised-clip/noised-clip";
import type { ClipPairs } from "@/lib/diffusion/training/noised-clip/clip-feeds";
import { measureRetrieval } from "@/lib/diffusion/training/noised-clip/measure-retrieval";
import { type ClipTraining, trainNoisedClip } from "@/lib/diffusion/training/noised-clip/train-noised-clip";

const colours = { red: [1, -1, -1], green: [-1, 1, -1], blue: [-1, -1, 1], white: [1, 1, 1] } as const;
const plane = 8 * 8;

/** Images of one colour each, and captions that name it. */
function walls(): ClipPairs {
  const images = Object.values(colours).flatMap((colour) =>
    colour.flatMap((value) => Array.from({ length: plane }, () => value)),
  );
  const captions = Object.keys(colours).map((colour) => `a ${colour} wall`);
  return { images: Float32Array.from(images), captions, leftOut: new Float32Array(16) };
}

/** Each wall twice: its caption is also true of the other one. */
function pairs(): ClipPairs {
  const { images, captions } = walls();
  const all = [...captions, ...captions];
  const isTrue = all.flatMap((one, row) =>
    all.map((other, column) => Number(one === other && row !== column)),
  );
  return {
    images: Float32Array.from([...images, ...images]),
    captions: all,
    leftOut: Float32Array.from(isTrue),
  };
}

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "semblance-train-noised-clip-"));
});
afterAll(() => rm(root, { recursive: true }));

function training(name: string, settings: Partial<ClipTraining["settings"]> = {}): ClipTraining {
  return {
    options: parseClipOptions(
      {
        ...{ image_size: 8, patch_size: 8, n_vocab: 49_408, max_text_len: 8, n_embd: 8, n_timesteps: 100 },
        ...{ n_head_text: 1, n_head_state_text: 8, n_xf_blocks_text: 1 },
        ...{ n_head_image: 1, n_head_state_image: 16, n_xf_blocks_image: 1 },
      },
      "the test's options",
    ),
    settings: {
      ...{ seed: 1, batchSize: 8, steps: 80, learningRate: 5e-3, warmupSteps: 5, weightDecay: 0 },
      ...{ gradientClipNorm: 1, emaDecay: 0.9, firstLogitScale: 5, mostLogitScale: 20 },
      checkpointEverySteps: 100,
      ...settings,
    },
    pairsOf: pairs,
    dataFingerprint: "walls",
    directory: join(root, name),
    threads: 1,
    onStep: () => {},
    onLog: () => {},
  };
}

const contents = async (folder: string) => {
  const { image, text } = clipFilesIn(folder);
  return Buffer.concat([await readFile(image), await readFile(text)]);
};

test("learns which caption belongs to a noisy image", async () => {
  const losses: number[] = [];
  const whole = await trainNoisedClip({
    ...training("whole"),
    onStep: ({ loss }) => losses.push(loss),
  });
  // Guessing among the 7 that are not left out costs ln 7 = 1.95.
  expect(losses[0]).toBeGreaterThan(1.7);
  // Images of the last timesteps are noise alone, so that it cannot reach 0.
  expect(losses.slice(-20).reduce((sum, loss) => sum + loss, 0) / 20).toBeLessThan(1);

  const clip = await openNoisedClip(clipFilesIn(whole), { threads: 1 });
  const [clear, , , noise] = await measureRetrieval(clip, walls(), { seed: 3 });
  expect(clear).toEqual({ from: 0, to: 25, right: 4, total: 4, byChance: 1 });
  expect(noise).toMatchObject({ from: 75, to: 100, total: 4 });
  const { logit_scale } = clip.options;
  expect(logit_scale).not.toBeCloseTo(5, 2);
  expect(logit_scale).toBeLessThanOrEqual(20);
  await clip.release();
});

test("an interrupted run ends with the same bytes", async () => {
  const short = { steps: 12, checkpointEverySteps: 5 };
  const whole = await trainNoisedClip(training("undisturbed", short));
  const stop = new AbortController();
  const interrupted = training("interrupted", short);
  await expect(
    trainNoisedClip({
      ...interrupted,
      signal: stop.signal,
      onStep: ({ step }) => {
        if (step === 7) stop.abort();
      },
    }),
  ).rejects.toMatchObject({ code: "cancelled" });
  const continued = await trainNoisedClip(interrupted);
  expect((await contents(continued)).equals(await contents(whole))).toBe(true);
});

test("a run of other settings is not continued", async () => {
  await trainNoisedClip(training("other", { steps: 1, checkpointEverySteps: 1 }));
  const other = trainNoisedClip(training("other", { steps: 1, learningRate: 1 }));
  await expect(other).rejects.toMatchObject({ code: "conflict" });
});

test("pairs that are not as many as the batch are refused", async () => {
  const { images, ...rest } = pairs();
  const short = { ...training("short"), pairsOf: () => ({ images: images.subarray(plane), ...rest }) };
  await expect(trainNoisedClip(short)).rejects.toThrow("A batch of 8 captions has 1472 values of images");
});
