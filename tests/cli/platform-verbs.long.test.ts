/** The platform's verbs as they are typed, on a real database; jobs are done by the command itself. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readImageRecord } from "@/jobs/sample/image-record";
import { writeLora } from "@/lib/diffusion/lora/lora-adapter";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import { openModel } from "@/lib/diffusion/model/open-model";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { withTestDatabase } from "@/tests/database";
import { drawImage } from "@/tests/images";
import { installTinyClip } from "@/tests/install-tiny-clip";
import { tarGz } from "@/tests/lib/datasets/sources/archives";
import { catchPrinted, printed, semblance } from "./typed-command";

const { db, dataFolder } = await withTestDatabase();

catchPrinted();

test("images are imported and datasets listed", { timeout: 120_000 }, async () => {
  const folder = join(dataFolder, "imports", "photographs");
  mkdirSync(folder);
  writeFileSync(join(folder, "a.png"), await drawImage(1));
  writeFileSync(join(folder, "a.txt"), "a dog");
  writeFileSync(join(folder, "b.png"), await drawImage(2));
  expect(await semblance("import", folder, "--name", "dogs")).toBe(0);
  expect(printed.output).toContain("b.png has no caption file.");
  expect(printed.output).toContain("dogs: 1 image, 1 caption, 1 remark");
  expect(printed.errors).toContain("No worker is running, so this command does the work");
  expect(await db.worker.count()).toBe(0);

  printed.output = "";
  const archive = join(dataFolder, "imports", "shard.tar.gz");
  writeFileSync(archive, await tarGz({ "00.png": await drawImage(2), "00.txt": "a cat" }));
  expect(await semblance("datasets", "import", archive)).toBe(0);
  const out = join(dataFolder, "imports", "exported-dogs");
  expect(await semblance("datasets", "export", "dogs", "--as", "webdataset", "--out", out)).toBe(0);
  expect(readdirSync(out)).toEqual(["00000.tar"]);
  expect(await semblance("datasets", "preview", join(out, "00000.tar"))).toBe(0);
  expect(printed.output).toContain("1 image, 1 with captions, 1 caption\n00000.tar: archive of 3 files\n");
  expect(printed.output).toContain("shard: 1 image, 1 caption, 0 remarks\n");
  printed.output = "";
  expect(await semblance("datasets", "audit", "dogs", "--json")).toBe(0);
  expect(JSON.parse(printed.output)).toMatchObject({ dataset: "dogs", revision: 1, counts: { images: 1 } });
  expect(await semblance("datasets", "audit", "dogs", "--network", "dino")).toBe(2);
  expect(printed.errors).toContain("Choose clip-vit-b-32 or demo-clip, or none.");
  expect(await semblance("datasets")).toBe(0);
  expect(printed.output).toContain("dogs   ready       1         1\nshard  ready       1         1\n");
});

test("a model is registered, listed and exported", async () => {
  const weights = initialWeights(presetOptions("tiny", "base"), 1);
  const tensors = new Map(
    [...weights].map(([name, { shape, data }]) => [
      name,
      { dtype: "float32" as const, shape, data: data as Float32Array<ArrayBuffer> },
    ]),
  );
  const path = join(dataFolder, "imports", "tiny.safetensors");
  await writeSafetensors(path, tensors, {});
  expect(await semblance("checkpoints", "register", path)).toBe(0);
  expect(printed.output).toBe("tiny: a base model\n");
  printed.output = "";
  await semblance("checkpoints", "list");
  expect(printed.output).toMatch(/tiny +base +64/);
  const out = join(dataFolder, "copy.safetensors");
  expect(await semblance("checkpoints", "export", "tiny", "--out", out)).toBe(0);
  expect(existsSync(out)).toBe(true);
  expect(await semblance("checkpoints", "export", "tiny", "--out", out)).toBe(2);
  expect(printed.errors).toContain("copy.safetensors.md is there already.");
  const onnx = join(dataFolder, "tiny-onnx");
  expect(await semblance("checkpoints", "export", "tiny", "--format", "onnx", "--out", onnx)).toBe(0);
  const graphs = ["text-encoder.onnx", "text-encoder.onnx.data", "unet.onnx", "unet.onnx.data"];
  expect(readdirSync(onnx).sort()).toEqual(["README.md", ...graphs]);
  const half = ["--precision", "half"];
  expect(await semblance("checkpoints", "export", "tiny", "--format", "onnx", ...half)).toBe(2);
  expect(printed.errors).toContain("Exports of the format onnx have no half precision.");
  const files = [
    ["single.pt", "--format", "pt"],
    ["half.pt", "--format", "pt", ...half],
    ["half.safetensors", "--format", "safetensors", ...half],
  ] as const;
  for (const [name, ...words] of files) {
    const file = join(dataFolder, name);
    expect(await semblance("checkpoints", "export", "tiny", ...words, "--out", file)).toBe(0);
    const { options, loadWeights } = await openModel(file);
    if (name.endsWith(".safetensors")) expect(options).toEqual(presetOptions("tiny", "base"));
    for (const [tensor, { data }] of await loadWeights(weights.keys())) {
      const tolerance = name.startsWith("half") ? 2 ** -11 : 0;
      const expected = weights.get(tensor)!.data;
      // Below 2⁻¹⁴ float16 has steps of 2⁻²⁴.
      expect(
        data.every(
          (value, at) =>
            Math.abs(value - expected[at]!) <= tolerance * Math.max(Math.abs(expected[at]!), 2 ** -14),
        ),
      ).toBe(true);
    }
  }
  const card = readFileSync(join(dataFolder, "half.pt.md"), "utf8");
  const bytes = readFileSync(join(dataFolder, "half.pt"));
  expect(card).toContain(
    `| half.pt | ${bytes.length} | ${createHash("sha256").update(bytes).digest("hex")} |`,
  );
  rmSync(join(dataFolder, "half.pt.md"));
  const onto = ["--format", "pt", "--out", join(dataFolder, "half.pt")];
  expect(await semblance("checkpoints", "export", "tiny", ...onto)).toBe(2);
  expect(printed.errors).toContain("half.pt is there already.");
  expect(existsSync(join(dataFolder, "half.pt.md"))).toBe(false);
  expect(readdirSync(dataFolder).filter((name) => name.endsWith(".partial"))).toEqual([]);
  for (const format of ["gguf", "toString"]) {
    expect(await semblance("checkpoints", "export", "tiny", "--format", format)).toBe(2);
    expect(printed.errors).toContain(`“${format}” is no format`);
  }
  const odd = ["--format", "pt", "--precision", "constructor"];
  expect(await semblance("checkpoints", "export", "tiny", ...odd)).toBe(2);
  expect(printed.errors).toContain("--precision must be single or half, not constructor.");
});

test("samples are drawn by name and exported with their captions", { timeout: 240_000 }, async () => {
  const words = ["samples", "draw", "first", "--dataset", "dogs", "--base", "tiny"];
  expect(await semblance(...words, "--steps", "1", "--samples-per-caption", "2")).toBe(0);
  printed.output = "";
  await semblance("samples", "list");
  expect(printed.output).toMatch(/first +succeeded +dogs +tiny +– +2 +2/);
  const folder = join(dataFolder, "exported");
  expect(await semblance("samples", "export", "first", "--out", folder)).toBe(0);
  expect(readdirSync(folder).sort()).toEqual([
    "a-seed-0.json",
    "a-seed-0.png",
    "a-seed-0.txt",
    "a-seed-1.json",
    "a-seed-1.png",
    "a-seed-1.txt",
  ]);
  const { blobSha256 } = await db.checkpoint.findUniqueOrThrow({ where: { name: "tiny" } });
  expect(JSON.parse(readFileSync(join(folder, "a-seed-1.json"), "utf8"))).toMatchObject({
    models: { base: { sha256: blobSha256 }, upsampler: null },
    caption: "a dog",
    seed: "1",
    settings: { steps: 1 },
  });
  // The photograph's path within its folder, as an import keeps it; nothing leads out of the folder that is written.
  await db.image.updateMany({ data: { stem: "../cats/a" } });
  const nested = join(dataFolder, "nested");
  expect(await semblance("samples", "export", "first", "--out", nested)).toBe(0);
  await db.image.updateMany({ data: { stem: "a" } });
  expect(readdirSync(nested)).toEqual(["cats"]);
  expect(readdirSync(join(nested, "cats"))).toContain("a-seed-1.txt");
});

test("guidances are compared, scored, and printed again without drawing anew", {
  timeout: 240_000,
}, async () => {
  installTinyClip(join(dataFolder, "weights"));
  const words = [
    "samples",
    "compare-guidance",
    "figure",
    "--dataset",
    "dogs",
    "--base",
    "tiny",
    "--steps",
    "1",
  ];
  expect(await semblance(...words, "--guidance-scale", "3")).toBe(2);
  expect(printed.errors).toContain("compare-guidance takes no --guidance-scale.");
  expect(await semblance(...words, "--classifier-free-scales", "3,high")).toBe(2);
  expect(printed.errors).toContain("--classifier-free-scales: “3,high” is not a list of scales.");
  printed.output = "";
  const settings = ["--classifier-free-scales", "3", "--samples-per-caption", "2"];
  expect(await semblance(...words, ...settings)).toBe(0);
  const table = printed.output;
  expect(table).toMatch(/guidance +images +clip-score +fd-clip +diversity-clip/);
  expect(table).toMatch(/no guidance +2 +\d/);
  expect(table).toMatch(/guidance 3 +2 +\d/);
  printed.output = "";
  const drawn = await db.sample.findMany({ orderBy: { id: "asc" } });
  expect(await semblance("samples", "compare-guidance", "figure")).toBe(0);
  expect(printed.output).toBe(table);
  expect(await db.sample.findMany({ orderBy: { id: "asc" } })).toEqual(drawn);
});

test("samples are drawn with registered adapters, which each sample records", {
  timeout: 240_000,
}, async () => {
  const shapes = parameterShapes(presetOptions("tiny", "base"));
  const weight = "middle_block.1.proj_out.weight";
  const [out, columns] = shapes.get(weight)!;
  const pair = { a: new Float32Array(columns!).fill(0.5), b: new Float32Array(out!).fill(0.5) };
  const path = join(dataFolder, "imports", "fur.safetensors");
  await writeLora(path, { rank: 1, alpha: 1, pairs: new Map([[weight, pair]]) });
  expect(await semblance("adapters", "register", path)).toBe(0);
  printed.output = "";
  await semblance("adapters", "list");
  expect(printed.output).toMatch(/fur +1 +1 +1 +a file/);
  const words = ["samples", "draw", "furry", "--dataset", "dogs", "--base", "tiny", "--steps", "1"];
  expect(await semblance(...words, "--lora", "fur", "--lora-scale", "0.5", "--lora-scale", "2")).toBe(2);
  expect(printed.errors).toContain("--lora-scale takes one number for each --lora.");
  expect(await semblance(...words, "--lora", "wool")).toBe(2);
  expect(printed.errors).toContain("There is no adapter “wool”.");
  expect(await semblance(...words, "--lora", "fur", "--lora-scale", "0.5")).toBe(0);
  const { blobSha256: sha256 } = await db.adapter.findUniqueOrThrow({ where: { name: "fur" } });
  const [furry, plain] = await Promise.all(
    ["furry", "first"].map((name) => db.sample.findFirstOrThrow({ where: { sampleSet: { name }, seed: 0 } })),
  );
  expect(furry!.blobSha256).not.toBe(plain!.blobSha256);
  expect(readImageRecord(await readBlob(furry!.blobSha256))?.models.base.loras).toEqual([
    { sha256, scale: 0.5 },
  ]);
});

test("a job can be enqueued without waiting, listed and cancelled", async () => {
  expect(
    await semblance("fine-tune", "start", "run", "--dataset", "dogs", "--epochs", "3", "--no-wait"),
  ).toBe(0);
  const id = printed.output.trim();
  expect(await db.fineTune.findUnique({ where: { name: "run" } })).toMatchObject({ settings: { epochs: 3 } });
  printed.output = "";
  await semblance("jobs", "list");
  expect(printed.output).toMatch(new RegExp(`${id} +fine-tune +run +queued`));
  expect(await semblance("jobs", "cancel", id)).toBe(0);
  expect(await db.fineTune.findUnique({ where: { name: "run" } })).toMatchObject({ state: "CANCELLED" });

  printed.output = "";
  const message = "1 image is left out: a.png is damaged.";
  const run = await db.fineTune.findUniqueOrThrow({ where: { name: "run" } });
  await db.logLine.create({ data: { fineTuneId: run.id, message } });
  expect(await semblance("fine-tune", "show", "run")).toBe(0);
  expect(printed.output).toContain(`run: cancelled, step 0 of 0\n${message}\n`);
});

test("the first administrator's lost link can be replaced", async () => {
  expect(await semblance("sign-in-link")).toBe(0);
  expect(printed.output).toMatch(/^http:\/\/localhost:3000\/sign-in\/[\w-]{20,}\n$/);
});

describe("errors are reported without a stack trace, with exit code 2", () => {
  test.each([
    ["an unknown verb", ["dance"], "There is no command “dance”."],
    [
      "an unknown dataset",
      ["samples", "draw", "x", "--dataset", "cats", "--base", "tiny"],
      "There is no dataset “cats”.",
    ],
    ["a missing name", ["fine-tune", "start"], "Give the fine-tune a name."],
    [
      "a setting out of range",
      ["fine-tune", "start", "x", "--dataset", "dogs", "--epochs", "0"],
      "--epochs: ",
    ],
    ["an unknown option", ["jobs", "list", "--colour"], "Unknown option"],
    ["a folder that is not there", ["import", "/no/such/folder"], "There is no folder /no/such/folder"],
    ["an empty name", ["import", "/tmp", "--name", ""], "--name: "],
    ["a language that is none", ["import", "/tmp", "--language", "xx yy"], "--language: "],
    ["an empty name of a fine-tune", ["fine-tune", "start", "", "--dataset", "dogs"], "is empty"],
    ["an empty folder", ["import", ""], "An argument of semblance import is empty."],
    ["an empty path", ["samples", "export", "x", "--out="], "--out is empty."],
    ["an empty data folder", ["--data", "", "jobs", "list"], "--data is empty."],
    ["a job's id that is none", ["jobs", "cancel", "xyz"], "There is no job “xyz”."],
    ["an unknown account", ["sign-in-link", "nobody@example.org"], "There is no account nobody@example.org."],
  ])("%s", async (_case, words, message) => {
    expect(await semblance(...words)).toBe(2);
    expect(printed.errors).toContain(message);
    expect(printed.errors).not.toMatch(/\n\s+at /);
  });
});
