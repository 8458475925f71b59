/** A model's weights one after the other, so that a model need not fit into memory to be copied. */
import { elementCount, type Shape } from "@/lib/engine/graph/tensor-type";
import type { Weight } from "@/lib/engine/graph/weights";
import type { ModelSource } from "./open-model";

/** Values that are loaded together, 64 MB: each time, the file is opened anew. */
const groupValues = 2 ** 24;

/**
 * The named weights in the order in which they are named. At most `mostValues` values are in memory, or one tensor where
 * that alone has more.
 *
 * @param shapes of all parameters of the model, see parameterShapes
 * @throws SemblanceError as `loadWeights`
 */
export async function* weightsInTurn(
  { loadWeights }: ModelSource,
  shapes: ReadonlyMap<string, Shape>,
  names: readonly string[],
  mostValues = groupValues,
): AsyncGenerator<readonly [string, Weight], void, undefined> {
  for (let start = 0; start < names.length; ) {
    const group: string[] = [];
    let values = 0;
    for (const name of names.slice(start)) {
      values += elementCount(shapes.get(name) ?? []);
      if (group.length > 0 && values > mostValues) break;
      group.push(name);
    }
    start += group.length;
    const weights = new Map(await loadWeights(group));
    for (const name of group) {
      const weight = weights.get(name)!;
      weights.delete(name);
      yield [name, weight];
    }
  }
}
