/** What `semblance doctor` says of graphics cards: those there, what they can, and how their trial went. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Finding } from "@/cli/doctor";
import { startS3Server } from "@/tests/s3-server";
import { softwareVulkan } from "../lib/engine/software-vulkan";

const driver = softwareVulkan();
vi.setConfig({ testTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), "semblance-doctor-"));
beforeAll(() => void vi.stubEnv("SEMBLANCE_DATA", folder));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Lines about the engine and graphics cards, or others. */
async function consult(provider: string, names = /^(Engine|Graphics)/) {
  vi.stubEnv("SEMBLANCE_PROVIDER", provider);
  // The settings are read once.
  vi.resetModules();
  const { doctor } = await import("@/cli/doctor");
  const printed: string[] = [];
  const output = { write: (text: string | Uint8Array) => printed.push(String(text)) > 0 };
  const code = await doctor({ json: true }, output);
  const findings = (JSON.parse(printed.join("")) as Finding[]).filter(({ name }) => names.test(name));
  return { code, findings };
}

describe.skipIf(driver === null)("with a driver in software", () => {
  beforeAll(() => {
    for (const [variable, value] of Object.entries(driver!)) vi.stubEnv(variable, value);
  });

  test("the adapter is listed with size and features, and its trial told", async () => {
    const { findings } = await consult("webgpu");
    expect(findings).toEqual([
      {
        name: "Engine",
        verdict: "good",
        says: "runs on webgpu; its trial, a small training step, gave the processor’s numbers",
      },
      {
        name: "Graphics: webgpu:0",
        verdict: "good",
        says: expect.stringMatching(
          /^SwiftShader.*: a driver in software, arrays up to \d+\.\d GB, .*subgroups.*, timestamps, used by the engine$/,
        ),
      },
    ]);
  });

  test("an adapter that is not there is an error, which lists those there", async () => {
    const { code, findings } = await consult("webgpu:GeForce");
    expect(code).toBe(1);
    expect(findings[0]).toEqual({
      name: "Engine",
      verdict: "bad",
      says: "This machine has no graphics adapter “GeForce”.",
      remedy: expect.stringMatching(/^Choose one of these: webgpu:0 is SwiftShader/),
    });
    expect(findings[1]!.says).not.toContain("used by the engine");
  });
});

test.runIf(process.platform === "linux")(
  "without a driver, it says why the engine does not use a card",
  async () => {
    for (const variable of ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"]) vi.stubEnv(variable, "/nowhere.json");
    const { findings } = await consult("webgpu");
    expect(findings).toEqual([
      { name: "Engine", verdict: "good", says: "runs on cpu" },
      {
        name: "Engine: webgpu",
        verdict: "missing",
        says: "not used: there is no graphics device with a driver that it can use",
      },
    ]);
  },
);

test("an object store is tried with a file, and what is wrong with it is named", async () => {
  const server = await startS3Server(["doctor"]);
  onTestFinished(() => server.stop());
  vi.stubEnv("SEMBLANCE_STORE", "s3://doctor/files");
  vi.stubEnv("SEMBLANCE_S3_ENDPOINT", server.settings.endpoint!);
  vi.stubEnv("SEMBLANCE_S3_ACCESS_KEY", server.settings.keys!.access);
  vi.stubEnv("SEMBLANCE_S3_SECRET_KEY", server.settings.keys!.secret);
  const where = `bucket “doctor” at ${server.settings.endpoint}`;
  const good = await consult("cpu", /^Store/);
  expect(good.findings).toEqual([
    { name: "Store", verdict: "good", says: `${where}: wrote, read and deleted a file` },
  ]);
  vi.stubEnv("SEMBLANCE_S3_SECRET_KEY", "wrong");
  const { code, findings } = await consult("cpu", /^Store/);
  expect(code).toBe(1);
  expect(findings).toEqual([
    {
      name: "Store",
      verdict: "bad",
      says: expect.stringContaining("refuses the access keys for the bucket “doctor”"),
      remedy: expect.stringContaining("SEMBLANCE_S3_SECRET_KEY"),
    },
  ]);
});
