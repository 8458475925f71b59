import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { elementTypes } from "@/lib/engine/graph/onnx-emitter";
import { attributeTypes } from "@/lib/engine/onnx/onnx-schema";
import { createDinov2Extractor } from "@/lib/metrics/extractors/dinov2";
import { model, node, value, weights } from "./tiny-onnx";

const folder = mkdtempSync(join(tmpdir(), "semblance-dinov2-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two tokens per image: the channels' averages, and twice of them. */
beforeAll(() => {
  mkdirSync(join(folder, "onnx"));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ model_type: "dinov2", hidden_size: 3 }));
  const axis = {
    name: "axis",
    dataType: elementTypes.int64,
    dims: [1],
    rawData: new Uint8Array(BigInt64Array.of(1n).buffer),
  };
  writeFileSync(
    join(folder, "onnx/model.onnx"),
    model(
      [value("pixel_values", "float32", 4)],
      [value("last_hidden_state", "float32", 3)],
      [weights("two", [1], [2]), axis],
      [
        node("GlobalAveragePool", ["pixel_values"], "averages"),
        node("Flatten", ["averages"], "channels"),
        node("Unsqueeze", ["channels", "axis"], "first"),
        node("Mul", ["first", "two"], "second"),
        node("Concat", ["first", "second"], "last_hidden_state", [
          { name: "axis", type: attributeTypes.integer, i: 1 },
        ]),
      ],
    ),
  );
});

describe("DINOv2 features", () => {
  test("are the first token of each image, squashed and normalised", async () => {
    const extractor = await createDinov2Extractor({ model: folder });
    const image = (width: number, height: number, colour: number[]) => ({
      width,
      height,
      data: Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3]!),
    });
    const features = await extractor.extract([image(30, 10, [200, 100, 50]), image(5, 9, [0, 255, 128])]);
    await extractor.release();
    const expected = [
      [200, 100, 50],
      [0, 255, 128],
    ].flatMap(([r, g, b]) => [
      (r! / 255 - 0.485) / 0.229,
      (g! / 255 - 0.456) / 0.224,
      (b! / 255 - 0.406) / 0.225,
    ]);
    expect(features).toHaveLength(6);
    // Float32 sums of 50,176 equal values, one after the other.
    expected.forEach((value, i) => {
      expect(Math.abs(features[i]! - value)).toBeLessThan(1e-3);
    });
  });

  test("of a folder without DINOv2 are rejected with an error that names them", async () => {
    await expect(createDinov2Extractor({ model: join(folder, "onnx") })).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringContaining("does not contain a usable DINOv2"),
    });
  });
});
