import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyCase } from "@/lib/verification/verification";
import { sharedPath } from "@/tests/shared";
import { softwareVulkan, useSoftwareVulkan } from "../engine/software-vulkan";
import { addToTensor } from "./altered-case";

const basePath = sharedPath("parity/base-tiny.pt");
const upsamplerPath = sharedPath("parity/upsampler-tiny.pt");
const inpaintPath = sharedPath("parity/inpaint-base-tiny.pt");
const loraPath = sharedPath("parity/lora-tiny.json");
const clipPath = sharedPath("parity/clip-tiny.json");
const prefixOf = (path: string) => path.replace(/\.pt$/, "");

describe("a model with the options that the published ones do not use", () => {
  it("agrees in forward pass, loss and gradients", async () => {
    const prefix = fileURLToPath(new URL("../../reference/plain-base", import.meta.url));
    const { checks, pass } = await verifyCase(prefix);
    expect(checks.map(({ name }) => name)).toEqual(["forward", "train"]);
    expect(pass).toBe(true);
  });
});

describe.skipIf(basePath === null)("the published implementation's base model", () => {
  it("agrees in forward pass, both samplers, losses, gradients and weights", async () => {
    const { checks, pass } = await verifyCase(prefixOf(basePath!));
    expect(checks.map(({ name, pass }) => [name, pass])).toEqual([
      ["forward", true],
      ["sample", true],
      ["ddim", true],
      ["train", true],
    ]);
    expect(pass).toBe(true);
    // Far inside the tolerances: an error of a different kind than rounding would show here first.
    expect(checks[0]!.error).toBeLessThan(1e-5);
    expect(checks[1]!.error).toBeLessThan(1e-4);
  });
});

describe.skipIf(upsamplerPath === null)("the published implementation's upsampler", () => {
  it("agrees in forward pass, sampling and training", async () => {
    const { checks, pass } = await verifyCase(prefixOf(upsamplerPath!));
    expect(checks.map(({ name, pass }) => [name, pass])).toEqual([
      ["forward", true],
      ["sample", true],
      ["train", true],
    ]);
    expect(pass).toBe(true);
  });
});

describe.skipIf(inpaintPath === null)("the published implementation's inpainting models", () => {
  it.each([
    ["inpaint-base-tiny", ["forward", "sample", "train"]],
    ["inpaint-upsampler-tiny", ["forward", "sample"]],
  ])("are met by %s: whole, soft and no masks, known pixels kept", async (name, groups) => {
    const { checks, pass } = await verifyCase(inpaintPath!.replace(/inpaint-base-tiny\.pt$/, name));
    expect(checks.map((check) => check.name)).toEqual(groups);
    expect(pass).toBe(true);
    expect(checks[0]!.error).toBeLessThan(1e-5);
  });
});

const driver = softwareVulkan();

describe.skipIf(clipPath === null || driver === null)("a graphics card", () => {
  it("agrees with the published noised CLIP in tokens, embeddings and gradient", async () => {
    useSoftwareVulkan(driver!);
    const { checks, pass } = await verifyCase(clipPath!.replace(/\.json$/, ""), "webgpu");
    expect(checks.map(({ name }) => name)).toEqual(["text", "image", "gradient"]);
    expect(pass).toBe(true);
  }, 120_000);
});

describe.skipIf(clipPath === null)("the published implementation's noised CLIP", () => {
  it("agrees in tokens, embeddings and gradient", async () => {
    const { checks, pass } = await verifyCase(clipPath!.replace(/\.json$/, ""));
    expect(checks.map(({ name }) => name)).toEqual(["text", "image", "gradient"]);
    expect(pass).toBe(true);
    expect(checks[1]!.error).toBeLessThan(2e-6);
  });

  it("agrees in guided sampling, ancestral and DDIM, with the files that the case names", async () => {
    const { checks, pass } = await verifyCase(clipPath!.replace(/clip-tiny\.json$/, "clip-guided"));
    expect(checks.map(({ name }) => name)).toEqual(["sample", "unguided", "ddim"]);
    expect(pass).toBe(true);
    expect(checks.every(({ error }) => error < 5e-5)).toBe(true);
  });
});

describe.skipIf(loraPath === null)("a low-rank adapter and gradient accumulation", () => {
  it.each([
    ["lora-tiny", ["forward", "merged", "train"]],
    ["accumulate-tiny", ["accumulation", "schedules"]],
  ])("are met by %s, on the base model that it names", async (name, groups) => {
    const { checks, pass } = await verifyCase(loraPath!.replace(/lora-tiny\.json$/, name));
    expect(checks.map((check) => check.name)).toEqual(groups);
    expect(pass).toBe(true);
    expect(checks.every(({ error }) => error < 1e-4)).toBe(true);
  });
});

describe.skipIf(basePath === null)("a case whose values are wrong", () => {
  let folder = "";
  let prefix = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "semblance-verification-"));
    prefix = join(folder, "case");
    for (const ending of [".json", ".pt", ".expected.safetensors", ".grad-norms.json"]) {
      await copyFile(`${prefixOf(basePath!)}${ending}`, `${prefix}${ending}`);
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("fails the checks of these values, naming the tensors, and no other check", async () => {
    await addToTensor(`${prefix}.expected.safetensors`, "forward.output", 10);
    await addToTensor(`${prefix}.expected.safetensors`, "train.grad.out.2.weight", 1);
    const { checks, pass } = await verifyCase(prefix);
    expect(pass).toBe(false);
    expect(checks.map(({ name, pass }) => [name, pass])).toEqual([
      ["forward", false],
      ["sample", true],
      ["ddim", true],
      ["train", false],
    ]);
    expect(checks[3]!.worst).toBe("train.grad.out.2.weight");
  });

  it("is rejected where options and weights do not belong together", async () => {
    const options = JSON.parse(await readFile(`${prefix}.json`, "utf8"));
    await writeFile(`${prefix}.json`, JSON.stringify({ ...options, xf_layers: 3 }));
    await expect(verifyCase(prefix)).rejects.toThrow(
      /^case\.pt: the file lacks the tensors transformer\.resblocks\.2\./,
    );
  });
});
