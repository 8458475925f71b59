/** Reads off a file of weights what its row says of it. */
import { openCheckpoint } from "@/lib/diffusion/checkpoints/load-checkpoint";
import { openModel } from "@/lib/diffusion/model/open-model";
import type { ModelOptions } from "@/lib/diffusion/model-options";

/**
 * Checks names and shapes of all tensors against the model's; no weight is read.
 *
 * @param options null: those that the file states, or that follow from its tensors
 * @throws SemblanceError `not_found`, `unsupported_file`, `invalid_file`, `missing_tensor`, `shape_mismatch`
 */
export async function inspectCheckpoint(path: string, options: ModelOptions | null = null) {
  const model = await openModel(path, options ?? undefined);
  const checkpoint = await openCheckpoint(path);
  try {
    const sizes = [...checkpoint.tensors.values()].map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    return {
      format: checkpoint.format,
      options: model.options,
      tensorCount: sizes.length,
      parameterCount: BigInt(sizes.reduce((a, b) => a + b, 0)),
    };
  } finally {
    await checkpoint.close();
  }
}
