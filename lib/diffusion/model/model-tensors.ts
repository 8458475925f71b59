/** A model's weights as tensors to write, in single or half precision. */
import { SemblanceError } from "@/lib/errors";
import type { TensorStream } from "@/lib/tensor-files/tensor-to-write";
import type { ModelSource } from "./open-model";
import { listNames, parameterShapes } from "./parameters";
import { weightsInTurn } from "./weights-in-turn";

/** The largest number of float16. */
const largestHalf = 65504;

/**
 * Every tensor of the model under the reference's names, without others that its file may have. They are loaded while they
 * are written; half precision needs all of them looked at before.
 *
 * @throws SemblanceError `invalid_input` naming tensors whose values float16 does not hold; as `loadWeights`
 */
export async function modelTensors(model: ModelSource, dtype: "float32" | "float16"): Promise<TensorStream> {
  const shapes = parameterShapes(model.options);
  if (dtype === "float16") {
    const large: string[] = [];
    for await (const [name, { data }] of weightsInTurn(model, shapes, [...shapes.keys()])) {
      if (data.some((value) => Math.abs(value) > largestHalf)) large.push(name);
    }
    if (large.length > 0) {
      throw new SemblanceError(
        "invalid_input",
        `${listNames(large)}: values beyond ±${largestHalf} do not fit into half precision.`,
        { remedy: "Export the model in single precision." },
      );
    }
  }
  return {
    tensors: new Map([...shapes].map(([name, shape]) => [name, { dtype, shape }])),
    async *read(names) {
      for await (const [, { data }] of weightsInTurn(model, shapes, names)) {
        yield data as Float32Array<ArrayBuffer>;
      }
    },
  };
}
