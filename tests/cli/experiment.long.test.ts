/** The report's experiment in miniature: two photographs, `tiny` models from scratch, one and two epochs. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ExperimentOptions, experiment } from "@/cli/experiment";
import { sharedPath } from "@/tests/shared";
import { writeTinyClip } from "../lib/metrics/extractors/tiny-clip";

const photographs = sharedPath("dogs/images");
const root = mkdtempSync(join(tmpdir(), "semblance-experiment-"));
const [folder, out, clip] = ["photographs", "out", "clip"].map((name) => join(root, name)) as [
  string,
  string,
  string,
];
const printedCaption = "brown dog with grey dog tags running through waves while smiling at camera";

beforeAll(() => {
  mkdirSync(folder);
  writeTinyClip(clip);
  writeFileSync(join(root, "prompts.txt"), `${printedCaption}\n`);
  for (const name of photographs === null ? [] : ["dog-00", "dog7-03"]) {
    for (const ending of ["jpg", "txt"]) {
      cpSync(join(photographs!, `${name}.${ending}`), join(folder, `${name}.${ending}`));
    }
  }
});
afterAll(() => rmSync(root, { recursive: true }));

async function run(options: ExperimentOptions = {}) {
  const [printed, told]: [string[], string[]] = [[], []];
  const code = await experiment(
    folder,
    {
      out,
      epochs: "1,2",
      scratchEpochs: 1,
      batchSize: 2,
      steps: 1,
      guidanceScale: 1,
      upsampleRespacing: 1,
      metrics: "fid,fd-clip,clip-score",
      figureCaptions: join(root, "prompts.txt"),
      clip,
      weightsFolder: join(root, "weights"),
      cacheFolder: null,
      provider: "cpu",
      ...options,
    },
    { write: (part: string | Uint8Array) => printed.push(String(part)) > 0 },
    { write: (part: string | Uint8Array) => told.push(String(part)) > 0 },
  );
  return { code, text: printed.join("") };
}

describe.skipIf(photographs === null)("the report's experiment", () => {
  test("trains, samples, compares and draws figures, and names what is missing", {
    timeout: 300_000,
  }, async () => {
    const { code, text } = await run();
    // Inception's weights are not there: its column is empty, and everything else is made all the same.
    expect(code).toBe(1);
    expect(text).toContain("npx semblance weights get inception");

    const rows: Record<string, string>[] = parse(readFileSync(join(out, "table.csv")), { columns: true });
    const labels = [...new Set(rows.map(({ group, set }) => `${group}: ${set}`))];
    expect(labels).toEqual([
      "not fine-tuned: real / original",
      "1 epoch: real / original",
      "1 epoch: real / fine-tuned",
      "2 epochs: real / original",
      "2 epochs: real / fine-tuned",
    ]);
    const cells = (metric: string, side: number) =>
      rows.filter((row) => row.metric === metric && row.side_px === String(side));
    for (const side of [64, 256]) {
      expect(cells("fid", side).map(({ value }) => value)).toEqual(["", "", "", "", ""]);
      for (const metric of ["fd-clip", "clip-score"]) {
        for (const cell of cells(metric, side)) {
          expect(cell).toMatchObject({ value: expect.stringMatching(/\d/), n_generated: "2" });
        }
      }
    }
    // The base is the same before and after the upsampler learns: so is its column at 64 px, and no other.
    const value = (side: number, row: number) => Number(cells("fd-clip", side)[row]!.value);
    expect(value(64, 1)).toBeCloseTo(value(64, 0), 9);
    expect(value(64, 3)).toBeCloseTo(value(64, 0), 9);
    expect(value(64, 2)).not.toBeCloseTo(value(64, 0), 9);

    expect(readFileSync(join(out, "table.tex"), "utf8")).toMatch(/^1 epoch & real \/ original & 2 & -- & /m);
    expect(readFileSync(join(out, "table.md"), "utf8")).toMatch(
      /^\| 2 epochs \| real \/ original \| 2 \| – \| /m,
    );
    const figure = await sharp(join(out, "figure-4.png")).metadata();
    // Two rows; the photograph, the original, and one column for each number of epochs.
    expect(figure.height).toBeGreaterThan(2 * 256);
    expect(figure.width).toBeGreaterThan(4 * 256 + 300);
    expect(readdirSync(out).filter((name) => name.endsWith(".png"))).toEqual([
      "all-captions-1.png",
      "figure-4.png",
    ]);
    const record = (arm: string) =>
      JSON.parse(readFileSync(join(out, "images", arm, "dog7-03-0.json"), "utf8"));
    expect(record("2-epochs-fine-tuned").caption).toBe(printedCaption);
    const hashes = ["original", "1-epochs-original", "1-epochs-fine-tuned", "2-epochs-fine-tuned"].map(
      (arm) => {
        const { base, upsampler } = record(arm).models;
        return [base.sha256, upsampler.sha256];
      },
    );
    const [original, first, firstTuned, secondTuned] = hashes as [string[], string[], string[], string[]];
    expect(first[0]).toBe(original[0]);
    expect(firstTuned[1]).toBe(first[1]);
    expect(new Set([original[0], firstTuned[0], secondTuned[0]]).size).toBe(3);
    expect(new Set([original[1], firstTuned[1], secondTuned[1]]).size).toBe(3);
  });

  test("only makes what is missing when called again", { timeout: 300_000 }, async () => {
    const model = join(out, "models", "base-2-epochs.safetensors");
    const trainedAt = statSync(model).mtimeMs;
    const table = readFileSync(join(out, "table.csv"), "utf8");
    const lost = join(out, "images", "original", "dog-00-0.png");
    const image = readFileSync(lost);
    rmSync(lost);
    rmSync(join(out, "table.csv"));
    const { text } = await run();
    expect(statSync(model).mtimeMs).toBe(trainedAt);
    expect(text.match(/^.*\/images\/.*\.png$/gm)).toEqual([lost]);
    expect(readFileSync(lost).equals(image)).toBe(true);
    expect(readFileSync(join(out, "table.csv"), "utf8")).toBe(table);
  });

  test("another experiment's folder, captions without a photograph and impossible epochs are rejected", async () => {
    await expect(run({ learningRate: 1e-3 })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("different settings (training)"),
    });
    // Of the same name and size, as if somebody had retouched it.
    const photograph = join(folder, "dog-00.jpg");
    const bytes = readFileSync(photograph);
    const other = Buffer.from(bytes);
    other[other.length - 9]! ^= 1;
    writeFileSync(photograph, other);
    await expect(run()).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("changed contents or captions: dog-00.jpg"),
      remedy: expect.stringContaining("--out"),
    });
    writeFileSync(photograph, bytes);
    const record = join(out, "experiment.json");
    const text = readFileSync(record, "utf8");
    for (const damaged of ["", text.slice(0, 40), "{}", "null"]) {
      writeFileSync(record, damaged);
      await expect(run()).rejects.toMatchObject({
        code: "invalid_file",
        message: expect.stringContaining("experiment.json is damaged"),
      });
    }
    writeFileSync(record, text);
    await expect(run({ epochs: "0" })).rejects.toThrow("--epochs must be whole numbers");
    await expect(run({ steps: 0 })).rejects.toThrow("--steps");
    writeFileSync(join(root, "foreign.txt"), "a cat\n");
    await expect(run({ figureCaptions: join(root, "foreign.txt") })).rejects.toThrow(
      /“a cat” is not the first caption of any photograph/,
    );
    await expect(run({ base: join(root, "none.pt"), out: join(root, "other") })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
