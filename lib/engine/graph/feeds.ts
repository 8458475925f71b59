/** What every session checks before it runs. */
import { SemblanceError } from "@/lib/errors";
import type { Tensor } from "./graph";
import { arrayTypes, elementCount, shapeToText, type TensorData } from "./tensor-type";

/** @throws SemblanceError `missing_tensor` or `shape_mismatch` unless the array holds the values of the tensor */
export function checkedData(
  graphName: string,
  name: string,
  { shape, dtype }: Tensor,
  data: TensorData | undefined,
): TensorData {
  const wanted = `${dtype} ${shapeToText(shape)}`;
  if (!data) {
    throw new SemblanceError(
      "missing_tensor",
      `Graph "${graphName}" was run without "${name}" (${wanted}).`,
      {
        remedy: "Feed every input, and every weight that is not a constant, by name.",
      },
    );
  }
  if (!(data instanceof arrayTypes[dtype]) || data.length !== elementCount(shape)) {
    throw new SemblanceError(
      "shape_mismatch",
      `"${name}" of graph "${graphName}" must be ${wanted}; it is a ${data.constructor.name} of ${data.length}.`,
      { remedy: "Pass as many values as the shape holds, in the array of that type." },
    );
  }
  return data;
}

/** @throws SemblanceError `invalid_input` if a name is none of the outputs' */
export function checkOutputNames(
  graphName: string,
  outputs: ReadonlyMap<string, Tensor>,
  names: Iterable<string>,
): void {
  for (const name of names) {
    if (outputs.has(name)) continue;
    throw new SemblanceError("invalid_input", `Graph "${graphName}" has no output "${name}".`, {
      remedy: "Use the names that the graph's outputs were given.",
    });
  }
}
