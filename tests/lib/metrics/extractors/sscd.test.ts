import { beforeAll, describe, expect, test } from "vitest";
import type { Weight } from "@/lib/engine/graph/weights";
import { createSscdExtractor } from "@/lib/metrics/extractors/sscd";
import { buildSscdNetwork, foldSscdWeights, sscdDims } from "@/lib/metrics/extractors/sscd-network";
import { formulaWeights } from "@/lib/verification/formula-weights";

/**
 * Every 32nd value of torchvision 0.14's resnet50 (512 classes; generalised mean pooling with exponent 3 in place of
 * its average) with the formula's weights, brought to unit length, of two images that Pillow 9.4 resized.
 */
const expected = [
  [
    0.0062415274, 0.005132548, -0.016188754, 0.02659872, -0.03643224, 0.044888895, -0.051820975, 0.057345122,
    -0.060777318, 0.062224541, -0.061902832, 0.059312899, -0.054840751, 0.048806328, -0.040909316,
    0.031780589,
  ],
  [
    0.006536867, 0.0048394627, -0.015904572, 0.026330365, -0.03619381, 0.044684418, -0.051655799, 0.057229713,
    -0.060711041, 0.062209282, -0.061943777, 0.059403773, -0.054979403, 0.04899231, -0.041131333, 0.03203322,
  ],
];

/** Float32 sums in another order. The two images' own values are a hundred times further apart. */
const TOLERANCE = 3e-6;

let weights: Map<string, Weight>;
beforeAll(() => {
  weights = formulaWeights(checkpointTensors());
});

/** Names and shapes of the checkpoint: the graph's, with every batch norm beside its convolution again. */
function checkpointTensors(): { name: string; shape: number[] }[] {
  const tensors = [...buildSscdNetwork(1, 64).parameters].flatMap(([parameter, { shape }]) => {
    const unit = `backbone.${parameter.slice(0, parameter.lastIndexOf("."))}`;
    if (parameter.startsWith("fc.")) return [{ name: `backbone.${parameter}`, shape: [...shape] }];
    if (parameter.endsWith(".bias")) return [];
    const isShortcut = unit.endsWith(".downsample");
    const norm = isShortcut ? `${unit}.1` : unit.replace(/conv(\d)$/, "bn$1");
    return [
      { name: isShortcut ? `${unit}.0.weight` : `${unit}.weight`, shape: [...shape] },
      ...["weight", "bias", "running_mean", "running_var"].map((part) => ({
        name: `${norm}.${part}`,
        shape: [shape[0]!],
      })),
    ];
  });
  return tensors.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function noiseImage(width: number, height: number, seed: number) {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => (i * i * 7 + i * 31 + seed * 17) % 251,
  );
  return { width, height, data };
}

describe("the SSCD network", () => {
  test("has the tensors of torchvision's ResNet-50", () => {
    expect(checkpointTensors()).toHaveLength(267);
    expect([...foldSscdWeights(weights).keys()].sort()).toEqual(
      [...buildSscdNetwork(1, 64).parameters.keys()].sort(),
    );
  });

  test("agrees with PyTorch, a part of a batch included", async () => {
    const extractor = await createSscdExtractor(weights, { batch: 3 });
    const features = await extractor.extract([noiseImage(300, 200, 300), noiseImage(64, 64, 64)]);
    await extractor.release();
    expect(features).toHaveLength(2 * sscdDims);
    expected.forEach((values, image) => {
      const vector = features.subarray(image * sscdDims, (image + 1) * sscdDims);
      const length = Math.hypot(...vector);
      values.forEach((value, i) => {
        expect(Math.abs(vector[32 * i]! / length - value)).toBeLessThan(TOLERANCE);
      });
    });
  }, 60_000);

  test("rejects other weights by the first tensor that is missing", () => {
    expect(() => foldSscdWeights(new Map())).toThrow(
      "The SSCD weights have no tensor backbone.conv1.weight.",
    );
    const headless = new Map(weights);
    headless.delete("backbone.fc.bias");
    expect(() => foldSscdWeights(headless)).toThrow("backbone.fc.bias");
  });
});
