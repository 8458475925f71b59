import { describe, expect, it } from "vitest";
import { inferModelOptions } from "@/lib/diffusion/model/infer-model-options";
import { baseDefaults, type ModelOptions, upsamplerDefaults } from "@/lib/diffusion/model/model-options";
import { presetNames, presetOptions } from "@/lib/diffusion/model/model-presets";
import { assertWeightsFit, countParameters, parameterShapes } from "@/lib/diffusion/model/parameters";
import type { Shape } from "@/lib/engine/graph/tensor-type";
import { SemblanceError } from "@/lib/errors";

function shapesOf(options: ModelOptions): Map<string, { shape: Shape; typeName?: string }> {
  return new Map([...parameterShapes(options)].map(([name, shape]) => [name, { shape }]));
}

/** Options without effect on the tensors' shapes and with no rule that would restore them. */
function shapely(options: ModelOptions): Partial<ModelOptions> {
  const { channel_mult: _, ...rest } = options;
  return rest;
}

describe("the published models", () => {
  it("have as many tensors and parameters as OpenAI's files", () => {
    expect(countParameters(parameterShapes(baseDefaults))).toEqual({ tensors: 783, parameters: 385_030_726 });
    expect(countParameters(parameterShapes(upsamplerDefaults))).toEqual({
      tensors: 797,
      parameters: 398_361_286,
    });
  });
});

describe("presets", () => {
  it.each([
    ["small", "base", 9_854_150],
    ["small", "upsampler", 11_106_950],
    ["tiny", "base", 2_824_806],
    ["tiny", "upsampler", 2_657_926],
  ] as const)("%s %s has %i parameters", (name, kind, parameters) => {
    expect(countParameters(parameterShapes(presetOptions(name, kind))).parameters).toBe(parameters);
  });

  it.each(presetNames.flatMap((name) => [[name, "base"] as const, [name, "upsampler"] as const]))(
    "%s %s is inferred from its own tensors",
    (name, kind) => {
      const options = presetOptions(name, kind);
      const inferred = inferModelOptions(shapesOf(options));
      expect(shapely(inferred)).toEqual(shapely(options));
      expect(parameterShapes(inferred)).toEqual(parameterShapes(options));
    },
  );
});

describe("inferModelOptions", () => {
  const small = presetOptions("tiny", "base");

  it.each(["input_blocks", "output_blocks", "transformer.resblocks"])(
    "rejects a number of %s that no memory holds, in no time",
    (half) => {
      const weights = shapesOf(small).set(`${half}.9999999999.0.weight`, { shape: [1] });
      expect(() => assertWeightsFit(inferModelOptions(weights), weights, "x.pt")).toThrow(SemblanceError);
    },
  );

  it.each([
    { use_scale_shift_norm: false },
    { resblock_updown: false },
    { xf_final_ln: false, xf_padding: false, text_ctx: 40, xf_layers: 1 },
    { attention_resolutions: "" },
    { attention_resolutions: "64,8" },
    { num_res_blocks: 3, channel_mult: "2,1,3,2", vocabulary_size: 300 },
    { image_size: 8, channel_mult: "2", attention_resolutions: "8", num_head_channels: 64 },
    { xf_width: 0, xf_final_ln: baseDefaults.xf_final_ln },
    { inpaint: true },
    { inpaint: true, super_res: true, noise_schedule: "linear" as const },
  ])("restores %j", (change) => {
    const options = { ...small, ...change };
    const inferred = inferModelOptions(shapesOf(options));
    expect(inferred).toMatchObject(change);
    expect(parameterShapes(inferred)).toEqual(parameterShapes(options));
  });

  it("rejects other numbers of input channels", () => {
    const shapes = shapesOf(small).set("input_blocks.0.0.weight", { shape: [32, 4, 3, 3] });
    expect(() => inferModelOptions(shapes, "latent.pt")).toThrow(
      "latent.pt: input_blocks.0.0.weight has shape [32, 4, 3, 3]; a base model has 3 input channels, an upsampler 6, and 4 more for inpainting.",
    );
  });

  it("names the tensor without which a file is not a GLIDE model", () => {
    expect(() =>
      inferModelOptions(new Map([["conv1.weight", { shape: [64, 3, 7, 7] }]]), "resnet.pt"),
    ).toThrow("resnet.pt: no tensor input_blocks.0.0.weight, which every GLIDE model has.");
  });
});

describe("assertWeightsFit", () => {
  const options = presetOptions("tiny", "base");

  it("accepts the model's own tensors", () => {
    expect(() => assertWeightsFit(options, shapesOf(options), "a.pt")).not.toThrow();
  });

  it("names a tensor of another shape, with both shapes", () => {
    const shapes = shapesOf(options).set("out.2.weight", { shape: [3, 32, 3, 3] });
    expect(() => assertWeightsFit(options, shapes, "a.pt")).toThrow(
      "a.pt: tensor out.2.weight has shape [3, 32, 3, 3], but the options require [6, 32, 3, 3].",
    );
  });

  it("names missing and surplus tensors", () => {
    const missing = shapesOf(options);
    missing.delete("final_ln.bias");
    expect(() => assertWeightsFit(options, missing, "a.pt")).toThrow(
      "a.pt: the file lacks the tensor final_ln.bias.",
    );
    const surplus = shapesOf(options).set("unemb.weight", { shape: [1] });
    expect(() => assertWeightsFit(options, surplus, "a.pt")).toThrow(
      /does not have the tensor unemb\.weight\./,
    );
  });

  it("ignores tensors that belong to no part of a model, and names them", () => {
    const beside = shapesOf(options)
      .set("step", { shape: [] })
      .set("alphas_cumprod", { shape: [1000] });
    expect(assertWeightsFit(options, beside, "a.pt").surplus).toEqual(["step", "alphas_cumprod"]);
    const misplaced = shapesOf(options).set("input_blocks.99.0.in_layers.0.lora_A.weight", { shape: [4] });
    expect(() => assertWeightsFit(options, misplaced, "a.pt")).toThrow(
      /does not have the tensor input_blocks\.99/,
    );
  });

  it("names the type of a tensor that cannot be read", () => {
    const complex = shapesOf(options).set("final_ln.bias", { shape: [], typeName: "ComplexFloatStorage" });
    expect(() => assertWeightsFit(options, complex, "a.pt")).toThrow(
      "a.pt: tensor final_ln.bias has the element type ComplexFloatStorage, which is not supported.",
    );
  });

  it("prints only some of hundreds of names", () => {
    expect(() => assertWeightsFit(options, new Map(), "a.pt")).toThrow(/ and 312 more\.$/);
  });
});
