/** Sampling in half precision: on a card alone, close to float32, and said in the record. */
import { describe, expect, test, vi } from "vitest";
import { ModelSessions } from "@/lib/diffusion/model/model-sessions";
import { emptyCaption, encodeCaption } from "@/lib/diffusion/model/tokenizer";
import { createImageSampler } from "@/lib/diffusion/sampling/sample-image";
import { Random } from "@/lib/numerics/random";
import { relativeError } from "../../engine/check-operation";
import { softwareVulkan, useSoftwareVulkan } from "../../engine/software-vulkan";
import { modelWithRandomWeights, smallBaseOptions } from "../model/small-models";

const driver = softwareVulkan();
if (driver) useSoftwareVulkan(driver);
vi.setConfig({ testTimeout: 120_000 });

const source = modelWithRandomWeights(smallBaseOptions, 1);

test("half precision is refused where no card of WebGPU draws", () => {
  expect(() => createImageSampler({ base: source, precision: "half" })).toThrow(
    "Half precision needs a graphics card with WebGPU.",
  );
});

describe.skipIf(driver === null)("in half precision on a card", () => {
  test("a guided prediction is that of float32 but for roundings, and the record says how it was drawn", async () => {
    const predict = async (model: ModelSessions) => {
      const encode = (caption: ReturnType<typeof emptyCaption>) => model.encodeCaption(caption);
      const { text_ctx: context, image_size: size } = smallBaseOptions;
      const prediction = await model.predict({
        images: new Random(2).normals(3 * size ** 2),
        timesteps: [500],
        captions: [await encode(encodeCaption("a red fox", context)), await encode(emptyCaption(context))],
        guidanceScale: 3,
        known: null,
        lowResImages: null,
      });
      await model.release();
      return prediction;
    };
    const expected = await predict(new ModelSessions(source));
    const half = await predict(new ModelSessions(source, { provider: "webgpu", precision: "half" }));
    const error = relativeError(half, expected);
    // A rounding is 2e-4 in the mean; dozens of layers add theirs, and guidance triples what they differ by.
    expect(error).toBeLessThan(5e-3);
    expect(error).toBeGreaterThan(1e-5);

    const sampler = createImageSampler({ base: source, provider: "webgpu", precision: "half" });
    const { record } = await sampler.sampleImage({ caption: "a red fox", seed: 1, settings: { steps: 1 } });
    expect(record.settings.samplingPrecision).toBe("half");
    await sampler.release();
  });
});
