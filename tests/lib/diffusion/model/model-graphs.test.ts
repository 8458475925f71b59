import { describe, expect, it } from "vitest";
import { guidanceFeeds } from "@/lib/diffusion/model/guidance";
import { buildSamplingGraph, buildTextGraph, buildTrainingModel } from "@/lib/diffusion/model/model-graphs";
import type { ModelOptions } from "@/lib/diffusion/model/model-options";
import { timestepEmbedding } from "@/lib/diffusion/model/timestep-embedding";
import { createSession } from "@/lib/engine/runtime/session";
import { modelWithRandomWeights, smallBaseOptions, smallUpsamplerOptions } from "./small-models";

const options: ModelOptions = { ...smallBaseOptions, vocabulary_size: 50 };
const feeds = {
  noisy_images: Float32Array.from({ length: 3 * 16 * 16 }, (_, index) => Math.sin(index)),
  timestep_embedding: timestepEmbedding([400], 32),
  tokens: BigInt64Array.from({ length: 16 }, (_, index) => BigInt(index)),
  text_mask: Uint8Array.from({ length: 16 }, (_, index) => (index < 5 ? 1 : 0)),
};

async function trainingOutput(
  dropoutRate: number,
  keptEvery: number | null,
  modelOptions = options,
): Promise<Float32Array> {
  const model = buildTrainingModel(modelOptions, { batchSize: 1, dropoutRate });
  model.graph.output("output", model.output);
  const weights = await modelWithRandomWeights(modelOptions, 3).loadWeights([]);
  const session = await createSession(model.graph, { weights });
  const masks = model.dropoutMasks.map(({ name, shape }) => [
    name,
    new Uint8Array(shape.reduce((product, size) => product * size, 1)).map((_, index) =>
      keptEvery === null || index % keptEvery === 0 ? 1 : 0,
    ),
  ]);
  const { output } = await session.run({ ...feeds, ...Object.fromEntries(masks) });
  await session.release();
  return output as Float32Array;
}

function relativeDistance(a: Float32Array, b: Float32Array): number {
  const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt(squares(a.map((value, index) => value - b[index]!)) / squares(b));
}

describe("buildTrainingModel", () => {
  it("declares the inputs that its header lists", () => {
    const names = (model: ModelOptions) => [
      ...buildTrainingModel(model, { batchSize: 2 }).graph.inputs.keys(),
    ];
    expect(names(options)).toEqual(["tokens", "text_mask", "noisy_images", "timestep_embedding"]);
    expect(names(smallUpsamplerOptions)).toContain("low_res_images");
    expect(names({ ...options, xf_padding: false })).not.toContain("text_mask");
    expect(names({ ...options, xf_width: 0 })).toEqual(["noisy_images", "timestep_embedding"]);
  });

  it("asks for one dropout mask a residual block, as large as what it drops", () => {
    const { dropoutMasks } = buildTrainingModel(options, { batchSize: 2, dropoutRate: 0.1 });
    expect(dropoutMasks.map(({ name }) => name.replace("dropout.", ""))).toEqual([
      "input_blocks.1.0",
      "input_blocks.2.0",
      "input_blocks.3.0",
      "middle_block.0",
      "middle_block.2",
      "output_blocks.0.0",
      "output_blocks.1.0",
      "output_blocks.1.2",
      "output_blocks.2.0",
      "output_blocks.3.0",
    ]);
    expect(dropoutMasks[0]!.shape).toEqual([2, 32, 16, 16]);
    expect(buildTrainingModel(options, { batchSize: 2, dropoutRate: 0 }).dropoutMasks).toEqual([]);
  });

  it("normalises in as many groups as the options say, with the same parameters", async () => {
    const fewer = { ...options, norm_groups: 8 };
    const [few, published] = [fewer, options].map(
      (each) => buildTrainingModel(each, { batchSize: 1 }).graph.parameters,
    );
    expect([...few!.keys()]).toEqual([...published!.keys()]);
    expect(
      relativeDistance(await trainingOutput(0, null, fewer), await trainingOutput(0, null)),
    ).toBeGreaterThan(0.05);
  });

  it("drops the values that the masks mark", async () => {
    const undropped = await trainingOutput(0, null);
    expect(relativeDistance(await trainingOutput(1e-7, null), undropped)).toBeLessThan(1e-5);
    expect(relativeDistance(await trainingOutput(0.5, 2), undropped)).toBeGreaterThan(0.05);
  });
});

describe("the sampling graphs", () => {
  it("together compute the same as the training graph", async () => {
    const weights = await modelWithRandomWeights(options, 3).loadWeights([]);
    const text = await createSession(buildTextGraph(options, 1)!, { weights });
    const unet = await createSession(buildSamplingGraph(options, { batchSize: 1 }), { weights });
    const { tokens, text_mask, ...images } = feeds;
    const { prediction } = await unet.run({ ...images, ...(await text.run({ tokens, text_mask })) });
    await Promise.all([text.release(), unet.release()]);
    // Both are the same operations; ONNX Runtime may fuse them differently.
    expect(relativeDistance(prediction as Float32Array, await trainingOutput(0, null))).toBeLessThan(1e-5);
  });

  it("give the same where the text's keys and values are computed once", async () => {
    const weights = await modelWithRandomWeights(options, 3).loadWeights([]);
    const graphs = {
      text: buildTextGraph(options, 1, { projected: true })!,
      unet: buildSamplingGraph(options, { batchSize: 1, projected: true }),
    };
    expect([...graphs.text.outputs.keys()]).toEqual(
      [...graphs.unet.inputs.keys()].filter((name) => name.startsWith("text_")),
    );
    expect([...graphs.unet.parameters.keys()].filter((name) => name.includes("encoder_kv"))).toEqual([]);
    const text = await createSession(graphs.text, { weights });
    const unet = await createSession(graphs.unet, { weights });
    const { tokens, text_mask, ...images } = feeds;
    const { prediction } = await unet.run(images, {}, await text.run({ tokens, text_mask }));
    await Promise.all([text.release(), unet.release()]);
    expect(relativeDistance(prediction as Float32Array, await trainingOutput(0, null))).toBeLessThan(1e-5);
  });

  it("guide their own prediction, from one image and two captions", async () => {
    const weights = await modelWithRandomWeights(options, 3).loadWeights([]);
    const text = await createSession(buildTextGraph(options, 1)!, { weights });
    const plain = await createSession(buildSamplingGraph(options, { batchSize: 1 }), { weights });
    const guided = await createSession(buildSamplingGraph(options, { batchSize: 1, guided: true }), {
      weights,
    });
    const { tokens, text_mask, ...images } = feeds;
    const caption = (await text.run({ tokens, text_mask })) as Record<string, Float32Array>;
    const other = (await text.run({ tokens: tokens.toReversed(), text_mask })) as typeof caption;
    const [noiseOf, otherNoise] = await Promise.all(
      [caption, other].map(
        async (texts) => (await plain.run({ ...images, ...texts })).prediction as Float32Array,
      ),
    );
    const both = Object.fromEntries(
      Object.entries(caption).map(([name, rows]) => [name, Float32Array.of(...rows, ...other[name]!)]),
    );
    const { prediction } = await guided.run({ ...images, ...both, ...guidanceFeeds(3) });
    const half = noiseOf!.length / 2;
    const expected = noiseOf!.map((value, at) => (at < half ? 3 * value - 2 * otherNoise![at]! : value));
    expect(relativeDistance(prediction as Float32Array, expected)).toBeLessThan(1e-5);
    expect(relativeDistance(expected, noiseOf!)).toBeGreaterThan(1e-3);
    await Promise.all([text.release(), plain.release(), guided.release()]);
  });

  it("have no text graph where the model has no text", () => {
    expect(buildTextGraph({ ...options, xf_width: 0 }, 1)).toBeNull();
  });
});
