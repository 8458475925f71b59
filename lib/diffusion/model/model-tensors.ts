/** A model's weights as tensors to write, in single or half precision. */
import { SemblanceError } from "@/lib/errors";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import type { ModelSource } from "./open-model";
import { listNames, parameterShapes } from "./parameters";

/** The largest number of float16. */
const largestHalf = 65504;

/**
 * Every tensor of the model under the reference's names, without others that its file may have.
 *
 * @throws SemblanceError `invalid_input` naming tensors whose values float16 does not hold; as `loadWeights`
 */
export async function modelTensors(
  { options, loadWeights }: ModelSource,
  dtype: "float32" | "float16",
): Promise<ReadonlyMap<string, TensorToWrite>> {
  const names = [...parameterShapes(options).keys()];
  const weights = await loadWeights(names);
  const tensors = names.map((name) => {
    const { shape, data } = weights.get(name)!;
    return [name, { dtype, shape, data: data as Float32Array<ArrayBuffer> }] as const;
  });
  if (dtype === "float16") {
    const large = tensors.filter(([, { data }]) => data.some((value) => Math.abs(value) > largestHalf));
    if (large.length > 0) {
      throw new SemblanceError(
        "invalid_input",
        `${listNames(large.map(([name]) => name))}: values beyond ±${largestHalf} do not fit into half precision.`,
        { remedy: "Export the model in single precision." },
      );
    }
  }
  return new Map(tensors);
}
