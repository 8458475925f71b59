/** The FID Inception network; its features are held against pytorch-fid's in tests/lib/verification/case-kinds.long.test.ts. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Weight } from "@/lib/engine/graph/weights";
import type { RgbImage } from "@/lib/images/pixels";
import { createInceptionExtractor } from "@/lib/metrics/extractors/inception";
import { buildInceptionNetwork, foldInceptionWeights } from "@/lib/metrics/extractors/inception-network";
import { formulaWeights } from "@/lib/verification/formula-weights";
import { sharedPath } from "@/tests/shared";
import { readReferenceTensors } from "../measures/stored-features";

const tensorList = sharedPath("parity/inception-fid.tensors.json");
const expectedFile = sharedPath("parity/inception-fid.expected.safetensors");

function relativeError(actual: Float32Array, expected: Float32Array): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}

describe.skipIf(!tensorList || !expectedFile)("the FID Inception network", () => {
  let weights: Map<string, Weight>;
  beforeAll(() => {
    weights = formulaWeights(JSON.parse(readFileSync(tensorList!, "utf8")));
  });

  function referenceImages(name: string): RgbImage[] {
    const { shape, data } = readReferenceTensors(expectedFile!)(name);
    const [count, , height, width] = shape as [number, number, number, number];
    const area = width * height;
    return Array.from({ length: count }, (_, i) => ({
      width,
      height,
      data: Uint8Array.from(
        { length: 3 * area },
        (_, at) => data[(3 * i + (at % 3)) * area + Math.floor(at / 3)]!,
      ),
    }));
  }

  test("an image's features do not depend on the batch it is in", async () => {
    const [first, second] = referenceImages("images_64") as [RgbImage, RgbImage];
    const extractor = await createInceptionExtractor(weights, {
      dialect: "tensorflow",
      output: 192,
      batch: 3,
    });
    const together = await extractor.extract([first, second]);
    const alone = await extractor.extract([second]);
    await extractor.release();
    expect(alone).toHaveLength(192);
    expect(relativeError(alone, together.subarray(192))).toBeLessThan(1e-6);
  });

  test("weights without a tensor are rejected with an error that names them", () => {
    const incomplete = new Map(weights);
    incomplete.delete("Mixed_6c.branch7x7_2.bn.running_var");
    expect(() => foldInceptionWeights(incomplete)).toThrow(/no tensor Mixed_6c.branch7x7_2.bn.running_var/);
    expect(() => foldInceptionWeights(new Map())).toThrow(/no tensor Conv2d_1a_3x3.conv.weight/);
  });

  test("every tensor of the checkpoint but the class layer's bias is used", () => {
    const graph = buildInceptionNetwork(1, ["logits"]);
    const folded = foldInceptionWeights(weights);
    expect([...graph.parameters.keys()].sort()).toEqual([...folded.keys()].sort());
    for (const [name, parameter] of graph.parameters)
      expect(parameter.shape).toEqual(folded.get(name)!.shape);
  });
});
