/** Where a network for transformers.js comes from, and how it is opened with errors that name it. */
import { SemblanceError } from "@/lib/errors";

/** A folder of converted weights; with `hubFolder` an id on the Hugging Face hub, which is then downloaded there. */
export type ModelSource = { readonly model: string; readonly hubFolder?: string };

/** Anything less precise than float32 on the processor would give figures that cannot be compared. */
export const fullPrecision = { dtype: "fp32", device: "cpu" } as const;

/**
 * Opens one part (configuration, tokenizer, network) of a model.
 *
 * @param kind what the model must be, for messages
 * @param remedy for a folder
 * @throws SemblanceError `invalid_file` naming a folder, `unavailable` naming an id, that cannot be opened as such
 */
export async function openModelPart<Part>(
  { model, hubFolder }: ModelSource,
  kind: string,
  open: (options: { local_files_only: true } | { cache_dir: string }) => Promise<Part>,
  remedy = "It needs the files config.json, tokenizer.json (for CLIP) and onnx/*.onnx that `npx semblance weights get` downloads.",
): Promise<Part> {
  try {
    return await open(hubFolder === undefined ? { local_files_only: true } : { cache_dir: hubFolder });
  } catch (cause) {
    if (hubFolder !== undefined) {
      throw new SemblanceError(
        "unavailable",
        `The ${kind} ${model} could not be downloaded from the Hugging Face hub.`,
        {
          remedy: `Check its id and the connection, or give the folder of a converted ${kind}.`,
          cause,
        },
      );
    }
    throw new SemblanceError("invalid_file", `${model} does not contain a usable ${kind}.`, {
      remedy,
      cause,
    });
  }
}
