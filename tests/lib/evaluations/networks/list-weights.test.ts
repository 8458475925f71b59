import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listWeights } from "@/lib/evaluations/networks/list-weights";
import { weightCatalogue } from "@/lib/metrics/weights/catalogue";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "semblance-weights-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("names every network, and the command that installs it", async () => {
  const weights = await listWeights(folder);
  expect(weights.map(({ name }) => name)).toEqual(weightCatalogue.map(({ name }) => name));
  expect(weights[0]).toMatchObject({
    name: "inception",
    bytes: 95_628_359,
    installed: false,
    folder: null,
    command: "npx semblance weights get inception",
  });
});

test("says where an installed one is, and its size even if the catalogue does not have it", async () => {
  const own = join(folder, "glide-base");
  mkdirSync(own);
  writeFileSync(join(own, "base.pt"), "weights");
  const files = [{ path: "base.pt", bytes: 7, sha256: "0".repeat(64) }];
  writeFileSync(join(own, "semblance.json"), JSON.stringify({ files }));
  const find = async () => (await listWeights(folder)).find(({ name }) => name === "glide-base");
  expect(await find()).toMatchObject({
    installed: true,
    folder: own,
    bytes: 7,
    files: [{ sha256: "0".repeat(64) }],
  });
  writeFileSync(join(own, "base.pt"), "cut");
  expect(await find()).toMatchObject({ installed: false, folder: null, bytes: null });
});
