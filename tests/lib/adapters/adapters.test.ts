/** Adapters from their file to a sample set and to a merged model; nothing is drawn. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { handle as merge } from "@/jobs/merge-adapters/handler";
import { startMerge } from "@/jobs/merge-adapters/start";
import { startSampleSet } from "@/jobs/sample/start";
import { deleteAdapter } from "@/lib/adapters/delete-adapter";
import { getAdapter } from "@/lib/adapters/list-adapters";
import { holdsAdapters, registerAdapter } from "@/lib/adapters/register-adapter";
import { registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { mergeLora, writeLora } from "@/lib/diffusion/lora/lora-adapter";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { OPTIONS_METADATA_KEY, openModel } from "@/lib/diffusion/model/open-model";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { blobStore } from "@/lib/platform/storage/store-blob";
import { getSampleSet } from "@/lib/samples/get-sample-set";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { withTestDatabase } from "@/tests/database";
import { smallBaseOptions } from "@/tests/lib/diffusion/model/small-models";

const { db, dataFolder } = await withTestDatabase();
afterAll(() => stopQueue());

const weight = "middle_block.1.proj_out.weight";
const values = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, at) => Math.sin(at * 1.7 + seed));
const pair = { a: values(2 * 32, 1), b: values(32 * 2, 2) };
const weights = initialWeights(smallBaseOptions, 1);
const folder = join(dataFolder, "imports");
const file = (name: string) => ({ kind: "file" as const, path: join(folder, name) });
let baseCheckpointId: string;
let datasetId: string;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  const tensors = new Map(
    [...weights].map(([name, { shape, data }]) => [
      name,
      { dtype: "float32" as const, shape, data: data as Float32Array<ArrayBuffer> },
    ]),
  );
  await writeSafetensors(join(folder, "base.safetensors"), tensors, {
    [OPTIONS_METADATA_KEY]: JSON.stringify(smallBaseOptions),
  });
  ({ checkpointId: baseCheckpointId } = await registerCheckpoint({
    name: "small base",
    source: file("base.safetensors"),
  }));
  ({ id: datasetId } = await db.dataset.create({
    data: {
      name: "dogs",
      state: "READY",
      images: {
        create: {
          stem: "dog",
          position: 0,
          captions: { create: { position: 0, text: "a dog", tokenCount: 2 } },
        },
      },
    },
  }));
});

async function writeAdapter(name: string, adapted = weight): Promise<void> {
  await writeLora(join(folder, name), { rank: 2, alpha: 4, pairs: new Map([[adapted, pair]]) });
}

test("a file with peft's names is an adapter, and its alpha comes from the file or peft's configuration", async () => {
  await writeAdapter("fur.safetensors");
  expect(await holdsAdapters(file("base.safetensors"))).toBe(false);
  expect(await holdsAdapters(file("fur.safetensors"))).toBe(true);
  const { adapterId } = await registerAdapter({ name: "fur", source: file("fur.safetensors") });
  expect(await getAdapter(adapterId)).toMatchObject({
    rank: 2,
    alpha: 4,
    weightCount: 1,
    parameterCount: 128,
  });

  const peft = join(folder, "peft");
  mkdirSync(peft);
  const prefix = `base_model.model.${weight.replace(".weight", "")}`;
  const tensors = new Map([
    [`${prefix}.lora_A.weight`, { dtype: "float32" as const, shape: [2, 32, 1], data: pair.a }],
    [`${prefix}.lora_B.weight`, { dtype: "float32" as const, shape: [32, 2, 1], data: pair.b }],
  ]);
  await writeSafetensors(join(peft, "adapter_model.safetensors"), tensors, {});
  const source = file("peft/adapter_model.safetensors");
  await expect(registerAdapter({ name: "snow", source })).rejects.toThrow("lora_alpha");
  const given = await registerAdapter({ name: "given", source, options: '{"lora_alpha": 16}' });
  expect((await getAdapter(given.adapterId)).alpha).toBe(16);
  writeFileSync(join(peft, "adapter_config.json"), '{"lora_alpha": 8, "r": 2}');
  const found = await registerAdapter({ name: "found", source });
  expect((await getAdapter(found.adapterId)).alpha).toBe(8);
  await expect(registerAdapter({ name: "found", source })).rejects.toThrow("already a LoRA adapter called");
});

test("a sample set keeps its adapters, and refuses those of another model in words", async () => {
  const fur = await db.adapter.findUniqueOrThrow({ where: { name: "fur" } });
  const draw = (name: string, adapters: { adapterId: string; scale: number }[]) =>
    startSampleSet({ name, datasetId, baseCheckpointId, settings: {}, adapters });
  const given = await db.adapter.findUniqueOrThrow({ where: { name: "given" } });
  const chosen = [
    { adapterId: given.id, scale: 1 },
    { adapterId: fur.id, scale: 0.5 },
  ];
  const { sampleSetId } = await draw("with fur", chosen);
  expect((await getSampleSet(sampleSetId)).adapters).toEqual([
    { id: given.id, name: "given", scale: 1 },
    { id: fur.id, name: "fur", scale: 0.5 },
  ]);
  await writeAdapter("foreign.safetensors", "middle_block.9.qkv.weight");
  const foreign = await registerAdapter({ name: "foreign", source: file("foreign.safetensors") });
  await expect(draw("foreign", [{ adapterId: foreign.adapterId, scale: 1 }])).rejects.toMatchObject({
    message: "“foreign” is a LoRA for another model: this one has no weight middle_block.9.qkv.weight.",
    remedy: "It does not fit “small base”. Use it with the model that it was trained on.",
    details: { field: "adapters" },
  });
  await expect(draw("twice", [...chosen, chosen[0]!])).rejects.toThrow("Each adapter once.");
  await expect(deleteAdapter(fur.id)).rejects.toThrow("“fur” is used by 1 sample set.");
  await deleteAdapter(foreign.adapterId);
});

test("merging makes a model of its own, each adapter at its scale", async () => {
  const fur = await db.adapter.findUniqueOrThrow({ where: { name: "fur" } });
  const input = { name: "merged", baseCheckpointId, adapters: [{ adapterId: fur.id, scale: 0.5 }] };
  await startMerge(input);
  const signal = new AbortController().signal;
  await merge(input, { signal, lost: signal, provider: "cpu", report: () => {}, keepResult: async () => {} });
  const made = await db.checkpoint.findUniqueOrThrow({ where: { name: "merged" } });
  const model = await openModel((await blobStore().toLocalFile(made.blobSha256)).path);
  expect(model.options).toEqual(smallBaseOptions);
  const loaded = await model.loadWeights([weight, "out.2.weight"]);
  expect(loaded.get("out.2.weight")!.data).toEqual(weights.get("out.2.weight")!.data);
  const expected = mergeLora(weights.get(weight)!.data as Float32Array, pair, {
    rank: 2,
    alpha: 4,
    scale: 0.5,
  });
  expect(loaded.get(weight)!.data).toEqual(expected);
  await expect(startMerge(input)).rejects.toMatchObject({ details: { field: "name" } });
  await expect(startMerge({ ...input, name: "none", adapters: [] })).rejects.toThrow(
    "Choose at least one adapter.",
  );
});
