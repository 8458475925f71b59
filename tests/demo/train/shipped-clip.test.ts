import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clipRecipe } from "@/demo/train/clip-recipe";
import { judgeClip } from "@/demo/train/judge-clip";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";

const shipped = join(process.cwd(), "demo", "pack", "weights", "clip.safetensors");

test("the shipped CLIP recognises fur, setting and wrong captions of unseen images", async () => {
  const folder = await mkdtemp(join(tmpdir(), "semblance-shipped-clip-"));
  try {
    const { fur, setting, own, others, aboveOtherFur } = await judgeClip(shipped, 24, folder);
    // Of 300 none was wrong (docs/measurements/demo.md); guessing gets one in five and one in six.
    expect(fur.right).toBeGreaterThanOrEqual(23);
    expect(setting.right).toBeGreaterThanOrEqual(23);
    expect(aboveOtherFur.right).toBeGreaterThanOrEqual(aboveOtherFur.total - 1);
    expect(own.low).toBeGreaterThan(1.5);
    expect(others.high).toBeLessThan(0.7);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("it names its training recipe, and is as small as promised", async () => {
  const file = await openCheckpoint(shipped);
  expect(file.metadata.kind).toBe("demo CLIP");
  const { images: pictures, ...recipe } = clipRecipe;
  expect(JSON.parse(file.metadata.recipe!)).toEqual({ ...recipe, pictures });
  expect([...file.tensors.keys()].filter((name) => !/^(picture|caption)\./.test(name))).toEqual([]);
  await file.close();
  expect((await stat(shipped)).size).toBeLessThan(1.5e6);
});
