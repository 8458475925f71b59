/** Completing an image: a mask painted on a photograph or uploaded, drawn by the real worker, known pixels kept. */
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import sharp from "sharp";
import { registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { OPTIONS_METADATA_KEY } from "@/lib/diffusion/model/open-model";
import { dataPaths } from "@/lib/env";
import { db } from "@/lib/platform/database/db";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { smallBaseOptions } from "../lib/diffusion/model/small-models";
import { findViolations } from "./find-violations";
import { signIn } from "./sign-in";

// Two pages, a drawing and two looks by axe, on a machine that may do much else.
test.setTimeout(180_000);

test.afterAll(() => db.$disconnect());

const plain = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

test("the painted part of a photograph is redrawn, and the rest is kept", async ({ page }, testInfo) => {
  const name = `inpainting ${crypto.randomUUID().slice(0, 8)}`;
  const options = { ...smallBaseOptions, inpaint: true };
  const path = join(dataPaths().imports, `${name}.safetensors`);
  const tensors = new Map(
    [...initialWeights(options, 1)].map(([key, { shape, data }]) => [
      key,
      { dtype: "float32" as const, shape, data: data as Float32Array<ArrayBuffer> },
    ]),
  );
  await writeSafetensors(path, tensors, { [OPTIONS_METADATA_KEY]: JSON.stringify(options) });
  await registerCheckpoint({ name, source: { kind: "file", path } });

  await signIn(page, "RESEARCHER");
  const photograph = await plain(320, 240, "#3080c0");
  const size = { widthPx: 320, heightPx: 240 };
  const { sha256: blobSha256 } = await storeBlob(photograph, { mediaType: "image/png", ...size });
  const { id } = await db.dataset.create({
    data: { name, state: "READY", images: { create: { stem: "blue", position: 0, blobSha256, ...size } } },
  });
  await page.goto(`/admin/datasets/${id}`);
  await page.getByRole("button", { name: /^Enlarge: / }).click();
  await page.getByRole("link", { name: "Erase a part and complete it" }).click();
  await expect(page.getByRole("button", { name: "Upload a mask" })).toBeVisible();
  await page.goto("/admin/samples");
  await page.getByRole("link", { name: "Complete an image" }).click();
  await page.getByLabel("Caption").fill("a dog with a red hat");
  await page.getByLabel("Base").selectOption({ label: name });
  await page.getByRole("button", { name: "Complete" }).click();
  await expect(page.getByText("paint over the part to redraw.")).toBeVisible();

  await page
    .getByLabel("Image file")
    .setInputFiles({ name: "blue.png", mimeType: "image/png", buffer: photograph });
  // Offered once the image has been read.
  await expect(page.getByRole("button", { name: "Upload a mask" })).toBeVisible();
  await page
    .getByLabel("Mask file")
    .setInputFiles({ name: "small.png", mimeType: "image/png", buffer: await plain(64, 64, "#ffffff") });
  await expect(page.getByText("The mask is 64 × 64 px, but the image is 320 × 240 px.")).toBeVisible();

  const canvas = page.getByRole("img", { name: "Mask: the painted part is redrawn" });
  await canvas.scrollIntoViewIfNeeded();
  const box = (await canvas.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.6, { steps: 5 });
  await page.mouse.up();
  await expect(page.getByRole("button", { name: "Undo" })).toBeEnabled();

  for (const [width, colorScheme] of [
    [390, "light"],
    [1280, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const violations = await findViolations(page);
    expect(violations).toEqual([]);
    await page.screenshot({
      path: testInfo.outputPath(`complete-${width}-${colorScheme}.png`),
      fullPage: true,
    });
  }

  await page.getByRole("button", { name: "Complete" }).click();
  const drawn = page.getByRole("img", { name: "a dog with a red hat" });
  await expect(drawn).toBeVisible({ timeout: 60_000 });
  // Read in the page: the image is for whoever is signed in there.
  const bytes = await drawn.evaluate(async (image: HTMLImageElement) => {
    const response = await fetch(image.src);
    return [...new Uint8Array(await response.arrayBuffer())];
  });
  const { data, info } = await sharp(Buffer.from(bytes)).raw().toBuffer({ resolveWithObject: true });
  const pixel = (x: number, y: number) => [
    ...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3),
  ];
  expect([info.width, info.height]).toEqual([16, 16]);
  expect(pixel(14, 14)).toEqual([0x30, 0x80, 0xc0]);
  expect(pixel(3, 6)).not.toEqual([0x30, 0x80, 0xc0]);
  await expect(page.getByLabel("Seed")).toHaveValue("1");
});
