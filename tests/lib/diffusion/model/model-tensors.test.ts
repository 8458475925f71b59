/** Weights that leave: in half precision, and without being in memory together. */
import { expect, it } from "vitest";
import { modelTensors } from "@/lib/diffusion/model/model-tensors";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import { weightsInTurn } from "@/lib/diffusion/model/weights-in-turn";
import { modelWithRandomWeights, smallBaseOptions } from "./small-models";

it("refuses half precision for weights that it does not hold, and names their tensors", async () => {
  const model = modelWithRandomWeights(smallBaseOptions, 1);
  const weights = await model.loadWeights([]);
  weights.get("time_embed.0.bias")!.data[3] = -65505;
  await expect(modelTensors(model, "float16")).rejects.toThrow(
    /time_embed\.0\.bias: values beyond ±65504 do not fit into half precision/,
  );
  weights.get("time_embed.0.bias")!.data[3] = -65504;
  const { tensors } = await modelTensors(model, "float16");
  expect([...tensors.keys()].sort()).toEqual([...weights.keys()].sort());
  expect(tensors.get("time_embed.0.bias")).toMatchObject({ dtype: "float16", shape: [128] });
});

it("loads no more weights together than it may, whatever their order", async () => {
  const { options, loadWeights } = modelWithRandomWeights(smallBaseOptions, 1);
  const shapes = parameterShapes(options);
  const all = await loadWeights([]);
  const loaded: number[] = [];
  const counting = {
    options,
    async loadWeights(wanted: Iterable<string>) {
      const group = new Map([...wanted].map((name) => [name, all.get(name)!]));
      loaded.push([...group.values()].reduce((sum, { data }) => sum + data.length, 0));
      return group;
    },
  };
  const names = [...shapes.keys()].reverse();
  const largest = Math.max(...[...all.values()].map(({ data }) => data.length));
  const read: string[] = [];
  for await (const [name, { data }] of weightsInTurn(counting, shapes, names, 10_000)) {
    expect(data).toBe(all.get(name)!.data);
    read.push(name);
  }
  expect(read).toEqual(names);
  expect(largest).toBeGreaterThan(10_000);
  expect(loaded.filter((values) => values > 10_000).every((values) => values <= largest)).toBe(true);
  expect(loaded.length).toBeLessThan(names.length / 2);
});
