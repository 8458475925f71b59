/** Weights that leave in half precision. */
import { expect, it } from "vitest";
import { modelTensors } from "@/lib/diffusion/model/model-tensors";
import { modelWithRandomWeights, smallBaseOptions } from "./small-models";

it("refuses half precision for weights that it does not hold, and names their tensors", async () => {
  const model = modelWithRandomWeights(smallBaseOptions, 1);
  const weights = await model.loadWeights([]);
  weights.get("time_embed.0.bias")!.data[3] = -65505;
  await expect(modelTensors(model, "float16")).rejects.toThrow(
    /time_embed\.0\.bias: values beyond ±65504 do not fit into half precision/,
  );
  weights.get("time_embed.0.bias")!.data[3] = -65504;
  const tensors = await modelTensors(model, "float16");
  expect([...tensors.keys()].sort()).toEqual([...weights.keys()].sort());
  expect(tensors.get("time_embed.0.bias")).toMatchObject({ dtype: "float16", shape: [128] });
});
