/** Low-rank adapters as peft loads them: matrices in the shapes of its modules, and its configuration. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { adapterTensorNames, type LoraAdapter } from "./lora-adapter";
import { kernelShape } from "./lora-layers";

/**
 * Writes `adapter_model.safetensors` and `adapter_config.json`, which `PeftModel.from_pretrained` reads. Matrices that adapt a
 * convolution get its kernel's dimensions back: A [rank, in, ...kernel], B [out, rank, 1, ...].
 *
 * @param folder has no such files
 * @param base a name for people; peft itself is given the model
 * @returns the names of both
 * @throws SemblanceError as writeSafetensors
 */
export async function writePeftAdapter(
  folder: string,
  { rank, alpha, pairs }: Omit<LoraAdapter, "file">,
  base: string | null,
): Promise<string[]> {
  const tensors = new Map<string, TensorToWrite>();
  for (const [weight, { a, b }] of pairs) {
    const names = adapterTensorNames(weight);
    const kernel = kernelShape(weight);
    const values = kernel.reduce((product, size) => product * size, 1);
    tensors.set(names.a, { dtype: "float32", shape: [rank, a.length / rank / values, ...kernel], data: a });
    tensors.set(names.b, {
      dtype: "float32",
      shape: [b.length / rank, rank, ...kernel.map(() => 1)],
      data: b,
    });
  }
  const [modelName, configName] = ["adapter_model.safetensors", "adapter_config.json"];
  await writeSafetensors(join(folder, modelName), tensors, { r: String(rank), lora_alpha: String(alpha) });
  const config = {
    peft_type: "LORA",
    task_type: null,
    base_model_name_or_path: base,
    inference_mode: true,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    bias: "none",
    fan_in_fan_out: false,
    target_modules: [...pairs.keys()].map((weight) => weight.replace(/\.weight$/, "")),
  };
  await writeFile(join(folder, configName), `${JSON.stringify(config, null, 2)}\n`, { flag: "wx" });
  return [modelName, configName];
}
