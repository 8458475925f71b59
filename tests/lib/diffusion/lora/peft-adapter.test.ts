/** Adapters for peft: tensors in the shapes of the modules that they adapt, and read back as they were. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type LoraPair, readLora } from "@/lib/diffusion/lora/lora-adapter";
import { isLoraLayer, loraShapes } from "@/lib/diffusion/lora/lora-layers";
import { writePeftAdapter } from "@/lib/diffusion/lora/peft-adapter";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { useTemporaryFolder } from "@/tests/lib/tensor-files/temporary-folder";
import { smallBaseOptions } from "../model/small-models";

const temporary = useTemporaryFolder();
const rank = 2;

it("gives every module's matrices the shapes that peft builds for it", async () => {
  const shapes = [...parameterShapes(smallBaseOptions)].filter(([name]) =>
    isLoraLayer("attention-and-convolutions", name),
  );
  const values = (length: number, seed: number) =>
    Float32Array.from({ length }, (_, at) => Math.sin(at * 1.7 + seed));
  const pairs = new Map<string, LoraPair>(
    shapes.map(([name, shape], index) => {
      const { a, b } = loraShapes(shape, rank);
      return [name, { a: values(a[0] * a[1], index), b: values(b[0] * b[1], -index) }];
    }),
  );
  const names = await writePeftAdapter(temporary.path, { rank, alpha: 4, pairs }, "glide");
  expect(names).toEqual(["adapter_model.safetensors", "adapter_config.json"]);
  const path = join(temporary.path, names[0]!);
  const checkpoint = await openCheckpoint(path);
  for (const [name, [out, width, ...kernel]] of shapes) {
    const module = `base_model.model.${name.replace(/\.weight$/, "")}`;
    expect(checkpoint.tensors.get(`${module}.lora_A.weight`)?.shape, name).toEqual([rank, width, ...kernel]);
    const ones = kernel.map(() => 1);
    expect(checkpoint.tensors.get(`${module}.lora_B.weight`)?.shape, name).toEqual([out, rank, ...ones]);
  }
  expect(new Set(shapes.map(([, shape]) => shape.length))).toEqual(new Set([2, 3, 4]));
  await checkpoint.close();
  expect(await readLora(path)).toMatchObject({ rank, alpha: 4, pairs });
  expect(JSON.parse(readFileSync(join(temporary.path, names[1]!), "utf8"))).toMatchObject({
    peft_type: "LORA",
    r: rank,
    lora_alpha: 4,
    target_modules: shapes.map(([name]) => name.replace(/\.weight$/, "")),
  });
});
