/** Which execution provider the verbs on plain files ask for. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sample } from "@/cli/sample";
import { train } from "@/cli/train";

/** Nothing is run: what was asked for is thrown. */
vi.mock("@/lib/engine/runtime/choose-provider", () => ({
  chooseExecutionProvider: async (wanted: string) => {
    throw new Error(`${wanted} is asked for`);
  },
}));

let folder: string;
beforeAll(() => {
  vi.stubEnv("SEMBLANCE_PROVIDER", "webgpu");
  folder = mkdtempSync(join(tmpdir(), "semblance-provider-"));
  mkdirSync(join(folder, "images"));
  for (const name of ["a.png", "a.txt"]) writeFileSync(join(folder, "images", name), "a dog");
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test.each([
  ["that of SEMBLANCE_PROVIDER", {}, "webgpu is asked for"],
  ["the option's before that", { provider: "cpu" as const }, "cpu is asked for"],
])("is %s", async (_case, options, message) => {
  const out = join(folder, "out");
  await expect(sample({ base: "x", caption: "a dog", out, ...options })).rejects.toThrow(message);
  await expect(train(join(folder, "images"), { out, ...options })).rejects.toThrow(message);
});
