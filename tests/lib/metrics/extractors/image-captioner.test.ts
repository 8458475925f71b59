import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openImageCaptioner } from "@/lib/metrics/extractors/image-captioner";
import { writeTinyCaptioner, writeTinyFlorence } from "./tiny-captioner";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "captioner-"));
  writeTinyCaptioner(join(folder, "tiny"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain = (r: number, g: number, b: number, width = 20, height = 12) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => [r, g, b][i % 3]!),
});

describe("openImageCaptioner", () => {
  test("decodes what the model says of each image", async () => {
    const captioner = await openImageCaptioner({ model: join(folder, "tiny") });
    expect(await captioner.caption(plain(220, 10, 20))).toBe("a red");
    expect(await captioner.caption(plain(10, 20, 240, 5, 30))).toBe("a blue");
    expect(await captioner.caption(plain(10, 200, 20))).toBe("a green");
    await captioner.release();
  });

  test("asks Florence-2 for a caption", async () => {
    writeTinyFlorence(join(folder, "florence"));
    const captioner = await openImageCaptioner({ model: join(folder, "florence") });
    expect(await captioner.caption(plain(220, 10, 20))).toBe("a red");
    expect(await captioner.caption(plain(10, 20, 240, 5, 30))).toBe("a blue");
    await captioner.release();
  });

  test("takes networks in whatever precision is there, and downloaded models without a connection", async () => {
    writeTinyCaptioner(join(folder, "owner/quantised"), "_quantized");
    for (const source of [
      { model: join(folder, "owner/quantised") },
      { model: "owner/quantised", hubFolder: folder },
    ]) {
      const captioner = await openImageCaptioner(source);
      expect(await captioner.caption(plain(220, 10, 20))).toBe("a red");
      await captioner.release();
    }
  });

  test("names each file that is missing", async () => {
    const model = join(folder, "incomplete");
    writeTinyCaptioner(model);
    for (const file of ["onnx/decoder_model_merged.onnx", "tokenizer.json", "generation_config.json"]) {
      rmSync(join(model, file));
    }
    await expect(openImageCaptioner({ model })).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringContaining(
        `${model} lacks 3 files: generation_config.json, tokenizer.json, onnx/decoder_model_merged.onnx (or`,
      ),
      remedy: expect.stringContaining("Xenova/vit-gpt2-image-captioning"),
    });
  });

  test("names a folder whose network is damaged", async () => {
    const model = join(folder, "damaged");
    writeTinyCaptioner(model);
    writeFileSync(join(model, "onnx/encoder_model.onnx"), "no network");
    await expect(openImageCaptioner({ model })).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringContaining(`${model} does not contain a usable`),
      remedy: expect.stringContaining("Xenova/vit-gpt2-image-captioning"),
    });
  });

  test.each([
    [
      '{"model_type": "bert"}',
      "is of type “bert”, which transformers.js does not run as an image-to-text model",
    ],
    ['{"model_type": "llava"}', "is of type “llava”, which answers instructions in a conversation"],
    ['{"model_type": "toString"}', "is of type “toString”"],
    ["{}", "names no model_type"],
    ["{", "config.json is not JSON"],
  ])("refuses a model with the config.json %s", async (config, message) => {
    const model = join(folder, "other");
    writeTinyCaptioner(model);
    writeFileSync(join(model, "config.json"), config);
    await expect(openImageCaptioner({ model })).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringContaining(message),
    });
  });

  test("names a folder that has no such model", async () => {
    await expect(openImageCaptioner({ model: join(folder, "none") })).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringContaining(join(folder, "none")),
    });
  });
});
