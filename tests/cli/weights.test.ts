import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type WeightsOptions, weights } from "@/cli/weights";
import { missingWeightsError, type WeightEntry, weightCatalogue } from "@/lib/metrics/weights/catalogue";
import {
  addWeights,
  checkUnchanged,
  downloadWeights,
  findInstalledWeights,
} from "@/lib/metrics/weights/weight-folder";
import { sendRange, serve } from "../lib/metrics/weights/file-server";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "semblance-weights-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(options: WeightsOptions) {
  const chunks: string[] = [];
  const write = (chunk: string | Uint8Array) => chunks.push(String(chunk)) > 0;
  const code = await weights({ folder, ...options }, { write }, { write });
  return { code, text: chunks.join("") };
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const [config, network] = [Buffer.from("{}"), Buffer.alloc(5000, 7)];
const entryAt = (url: string): WeightEntry => ({
  name: "made-up",
  title: "Made up",
  purpose: "tests",
  source: url,
  licence: "none",
  files: [
    { path: "config.json", url: `${url}/config.json`, bytes: null, sha256: null },
    { path: "onnx/network.onnx", url: `${url}/network.onnx`, bytes: network.length, sha256: sha256(network) },
  ],
});

describe("weights of several files", () => {
  test("are downloaded into one folder, recorded, and not fetched again", async () => {
    const server = await serve((request, response) =>
      sendRange(request, response, request.url === "/config.json" ? config : network),
    );
    try {
      expect(await findInstalledWeights(folder, "made-up")).toBeNull();
      const installed = await downloadWeights(folder, entryAt(server.url));
      expect(installed.files).toEqual([
        { path: "config.json", bytes: 2, sha256: sha256(config) },
        { path: "onnx/network.onnx", bytes: 5000, sha256: sha256(network) },
      ]);
      expect(readFileSync(join(installed.folder, "onnx/network.onnx")).equals(network)).toBe(true);
      expect(await findInstalledWeights(folder, "made-up")).toEqual(installed);
      await downloadWeights(folder, entryAt(server.url));
      expect(server.requests).toHaveLength(2);
      // A file cut short afterwards no longer counts as installed, and the next download repairs it alone.
      truncateSync(join(installed.folder, "onnx/network.onnx"), 100);
      expect(await findInstalledWeights(folder, "made-up")).toBeNull();
      await downloadWeights(folder, entryAt(server.url));
      expect(server.requests.slice(2).map(({ url }) => url)).toEqual(["/network.onnx"]);
    } finally {
      await server.close();
    }
  });

  test("are added from a folder, under their paths or bare names, and checked", async () => {
    const source = join(folder, "copy");
    mkdirSync(source);
    const entry = entryAt("http://localhost");
    writeFileSync(join(source, "config.json"), config);
    await expect(addWeights(folder, entry, source)).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringMatching(/does not contain onnx\/network\.onnx; it contains config\.json/),
    });
    writeFileSync(join(source, "network.onnx"), "something else");
    await expect(addWeights(folder, entry, source)).rejects.toMatchObject({ code: "invalid_file" });
    expect(await findInstalledWeights(folder, "made-up")).toBeNull();
    writeFileSync(join(source, "network.onnx"), network);
    await addWeights(folder, entry, source);
    const installed = (await findInstalledWeights(folder, "made-up"))!;
    expect(installed.files).toHaveLength(2);
    await checkUnchanged(installed);
    // Another file of the same name and size, put there by hand.
    writeFileSync(join(installed.folder, "config.json"), Buffer.from(config).fill("_", 0, 1));
    await expect(checkUnchanged(installed)).rejects.toThrow(/config\.json was replaced by another file/);
    writeFileSync(join(installed.folder, "config.json"), config);
    await checkUnchanged(installed);
    await expect(addWeights(folder, entry, join(source, "config.json"))).rejects.toThrow(
      /consists of 2 files/,
    );
  });
});

describe("semblance weights", () => {
  test("lists every entry with size, licence, source and whether it is there", async () => {
    const { code, text } = await run({ action: "list" });
    expect(code).toBe(0);
    for (const { name, source } of weightCatalogue) {
      expect(text).toContain(name);
      expect(text).toContain(source);
    }
    expect(text).toMatch(/inception +not installed +96 MB +Apache-2\.0/);
    expect(text).toContain(
      "sha256 6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2  pt_inception",
    );
    expect(text).toMatch(/glide-base +not installed +about 1\.5 GB +MIT/);
    const parsed = JSON.parse((await run({ action: "list", json: true })).text);
    expect(parsed[0]).toMatchObject({ name: "inception", bytes: 95_628_359, installed: false, folder: null });
  });

  test("rejects the wrong file without installing it", async () => {
    const path = join(folder, "some.pth");
    writeFileSync(path, "not the network");
    await expect(run({ action: "add", name: "inception", path })).rejects.toMatchObject({
      code: "invalid_file",
      remedy: expect.stringContaining("6726825d0af5f729"),
    });
    expect(await findInstalledWeights(folder, "inception")).toBeNull();
  });

  test("says what is wrong with the command", async () => {
    await expect(run({ action: "get", name: "nothing" })).rejects.toMatchObject({ code: "not_found" });
    await expect(run({ action: "get" })).rejects.toThrow(/needs a NAME/);
    await expect(run({ action: "add", name: "inception" })).rejects.toThrow(/needs the PATH/);
    await expect(run({ action: "sell" })).rejects.toThrow(/"sell"/);
  });

  test("is the command that a metric without its weights names", () => {
    expect(missingWeightsError("clip-vit-b-32").remedy).toContain(
      "`npx semblance weights get clip-vit-b-32`",
    );
  });
});
