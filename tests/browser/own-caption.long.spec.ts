/** A caption of one's own: drawn by the real worker, its untaught words named, its image in the page. */
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { OPTIONS_METADATA_KEY } from "@/lib/diffusion/model/open-model";
import { keepTaughtRows } from "@/lib/diffusion/model/taught-tokens";
import { encodeCaption } from "@/lib/diffusion/model/tokenizer";
import { dataPaths } from "@/lib/env";
import { db } from "@/lib/platform/database/db";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { smallBaseOptions } from "../lib/diffusion/model/small-models";
import { signIn } from "./sign-in";

// The worker alone may take a minute, on a machine that does much else.
test.setTimeout(180_000);

test.afterAll(() => db.$disconnect());

test("a typed caption becomes an image, and words that the model has never seen are named", async ({
  page,
}) => {
  const name = `own caption ${crypto.randomUUID().slice(0, 8)}`;
  const path = join(dataPaths().imports, `${name}.safetensors`);
  const tensors = new Map(
    [...initialWeights(smallBaseOptions, 1)].map(([key, { shape, data }]) => [
      key,
      { dtype: "float32" as const, shape, data: data as Float32Array<ArrayBuffer> },
    ]),
  );
  const taught = [...encodeCaption("a brown dog on a couch").tokens].map(Number);
  await writeSafetensors(path, keepTaughtRows(tensors, taught), {
    [OPTIONS_METADATA_KEY]: JSON.stringify(smallBaseOptions),
  });
  await registerCheckpoint({ name, source: { kind: "file", path } });

  await signIn(page, "RESEARCHER");
  await page.goto("/admin/samples");
  await page.getByRole("link", { name: "Your own caption" }).click();
  await page.getByLabel("Caption").fill("a brown zebra on a couch");
  await page.getByLabel("Base").selectOption({ label: name });
  await page.getByLabel("Upsampler").selectOption("");
  await page.getByLabel("Guidance", { exact: true }).selectOption({ label: "CLIP" });
  await expect(page.getByLabel("CLIP guidance scale")).toBeVisible();
  await page.getByLabel("Guidance", { exact: true }).selectOption({ label: "None" });
  await page.getByRole("button", { name: "Draw" }).click();

  await expect(page.getByText("Unknown words: zebra")).toBeVisible({ timeout: 60_000 });
  const drawn = page.getByRole("img", { name: "a brown zebra on a couch" });
  await expect(drawn).toBeVisible({ timeout: 60_000 });
  await expect
    .poll(() => drawn.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBe(smallBaseOptions.image_size);
  await expect(page.getByText("Seed 0, no guidance.")).toBeVisible();
  await expect(page.getByLabel("Seed")).toHaveValue("1");
  await expect(page.getByLabel("Guidance", { exact: true })).toHaveValue("none");
});
