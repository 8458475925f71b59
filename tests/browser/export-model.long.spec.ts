/** Leaving with a model: its page has a worker make files, and hands them out with their card; LoRA for peft beside them. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { unzipSync } from "fflate";
import { inspectAdapter } from "@/lib/adapters/inspect-adapter";
import { registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { writeLora } from "@/lib/diffusion/lora/lora-adapter";
import { OPTIONS_METADATA_KEY, openModel } from "@/lib/diffusion/model/open-model";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { db } from "@/lib/platform/database/db";
import { storeFile } from "@/lib/platform/storage/store-blob";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { modelWithRandomWeights, smallBaseOptions } from "@/tests/lib/diffusion/model/small-models";
import { findViolations } from "./find-violations";
import { signIn } from "./sign-in";

const folder = join(process.env.SEMBLANCE_DATA!, "imports", "export-model");
const model = modelWithRandomWeights(smallBaseOptions, 1);
const weight = "middle_block.1.proj_out.weight";

test.afterAll(() => db.$disconnect());

/** The last model of a run that trained adapters, with the adapter of that step. */
async function makeModel(name: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.safetensors`);
  const weights = await model.loadWeights(parameterShapes(smallBaseOptions).keys());
  const tensors = [...weights].map(([tensor, { shape, data }]) => {
    return [tensor, { dtype: "float32" as const, shape, data: data as Float32Array<ArrayBuffer> }] as const;
  });
  await writeSafetensors(path, new Map(tensors), {
    [OPTIONS_METADATA_KEY]: JSON.stringify(smallBaseOptions),
  });
  const { checkpointId } = await registerCheckpoint({ name, source: { kind: "file", path } });
  const settings = fineTuneSettings.parse({});
  const run = await db.fineTune.create({
    data: { name, part: "BASE", settings, state: "SUCCEEDED", dataset: { create: { name, state: "READY" } } },
  });
  const ofStep = { fineTuneId: run.id, step: 20 };
  await db.checkpoint.update({ where: { id: checkpointId }, data: ofStep });
  const adapterPath = join(folder, `${name}.lora.safetensors`);
  const pair = { a: new Float32Array(2 * 32).fill(0.1), b: new Float32Array(32 * 2).fill(0.2) };
  await writeLora(adapterPath, { rank: 2, alpha: 4, pairs: new Map([[weight, pair]]) });
  const { sha256: blobSha256 } = await storeFile(adapterPath, { mediaType: "application/octet-stream" });
  await db.adapter.create({
    data: { ...(await inspectAdapter(adapterPath)), name, blobSha256, ...ofStep },
  });
  return checkpointId;
}

async function download(page: Page, link: RegExp): Promise<{ name: string; bytes: Buffer; path: string }> {
  const begun = page.waitForEvent("download");
  await page.getByRole("link", { name: link }).click();
  const file = await begun;
  const path = await file.path();
  return { name: file.suggestedFilename(), bytes: readFileSync(path), path };
}

test("a model leaves in half precision with its card, and its adapter for peft", async ({ page }) => {
  const name = `leaving ${crypto.randomUUID().slice(0, 8)}`;
  const checkpointId = await makeModel(name);
  await signIn(page, "RESEARCHER");
  await page.goto(`/admin/models/${checkpointId}`);
  await page.getByRole("button", { name: "Make: safetensors, half precision" }).click();
  const slug = name.replaceAll(" ", "-");
  await expect(
    page.getByRole("link", { name: new RegExp(`^Download ${slug}-half.safetensors,`) }),
  ).toBeVisible({
    timeout: 60_000,
  });
  expect(await findViolations(page, { within: "main" })).toEqual([]);

  const half = await download(page, /half\.safetensors,/);
  expect(half.name).toBe(`${slug}-half.safetensors`);
  const exported = await openModel(half.path);
  expect(exported.options).toEqual(smallBaseOptions);
  const [theirs, ours] = await Promise.all([exported.loadWeights([weight]), model.loadWeights([weight])]);
  const expected = ours.get(weight)!.data;
  for (const [at, value] of theirs.get(weight)!.data.entries()) expect(value).toBeCloseTo(expected[at]!, 3);
  const card = await download(page, /half\.safetensors\.md,/);
  expect(card.bytes.toString()).toContain(`| ${slug}-half.safetensors | ${half.bytes.length} |`);

  const peft = unzipSync((await download(page, /adapter for peft/)).bytes);
  expect(Object.keys(peft).sort()).toEqual(["README.md", "adapter_config.json", "adapter_model.safetensors"]);
  expect(JSON.parse(Buffer.from(peft["adapter_config.json"]!).toString())).toMatchObject({
    r: 2,
    lora_alpha: 4,
    target_modules: [weight.replace(".weight", "")],
  });

  const gone = await page.request.get(`/api/models/${checkpointId}/exports/${"0".repeat(64)}`);
  expect(gone.status()).toBe(404);
});
