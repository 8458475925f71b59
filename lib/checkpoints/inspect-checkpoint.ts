/** Reads what is stored about a checkpoint from its file of weights. */
import type { ModelOptions } from "@/lib/diffusion/model/model-options";
import { openModel } from "@/lib/diffusion/model/open-model";

/**
 * Checks names and shapes of all tensors against the model's, and that every weight is a finite number.
 *
 * @param options null: those that the file states, or that follow from its tensors
 * @param key which set of weights, where the file holds several; absent: the first of `sets`
 * @returns what the row says as `contents`; what people should know as `notes`
 * @throws SemblanceError `not_found`, `unsupported_file`, `invalid_file`, `missing_tensor`, `shape_mismatch`;
 *   `invalid_input` for a key that the file does not have
 */
export async function inspectCheckpoint(path: string, options: ModelOptions | null = null, key?: string) {
  const model = await openModel(path, options ?? undefined, { key, readsWeights: true });
  const { format, tensorCount, parameterCount, notes, sets, chosen } = model;
  return {
    contents: {
      format,
      options: model.options,
      tensorCount,
      parameterCount: BigInt(parameterCount),
    },
    notes,
    sets,
    chosen,
  };
}
