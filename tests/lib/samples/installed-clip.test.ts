import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findWeightEntry } from "@/lib/metrics/weights/catalogue";
import { addWeights } from "@/lib/metrics/weights/weight-folder";
import { installedClip } from "@/lib/samples/installed-clip";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-clip-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("CLIP guidance names the command that installs missing files, then the files and their hashes", async () => {
  await expect(installedClip("published", join(folder, "weights"))).rejects.toMatchObject({
    code: "missing_weights",
    message: "The weights of GLIDE’s noised CLIP are not installed.",
    remedy: expect.stringContaining("npx semblance weights get glide-clip"),
  });
  await writeFile(join(folder, "clip_image_enc.pt"), "image");
  await writeFile(join(folder, "clip_text_enc.pt"), "text");
  await addWeights(join(folder, "weights"), findWeightEntry("glide-clip"), folder);
  expect(await installedClip("published", join(folder, "weights"))).toEqual({
    image: join(folder, "weights", "glide-clip", "clip_image_enc.pt"),
    text: join(folder, "weights", "glide-clip", "clip_text_enc.pt"),
    imageSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    textSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});
