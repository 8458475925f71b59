/** The engine task that drafts captions, one image after the other. */
import { SemblanceError } from "@/lib/errors";
import { decodeImage } from "@/lib/images/decode-image";
import { isImageFault } from "@/lib/images/image-fault";
import { openImageCaptioner } from "@/lib/metrics/extractors/image-captioner";
import type { ModelSource } from "@/lib/metrics/extractors/model-source";

export type DraftInput = {
  readonly source: ModelSource;
  readonly images: readonly { readonly id: string; readonly path: string; readonly name: string }[];
};

/** A draft; null for an image that cannot be read, and where the model says nothing. */
export type DraftEvent = { readonly id: string; readonly draft: string | null };
export type DraftResult = null;

export async function run(
  { source, images }: DraftInput,
  emit: (event: DraftEvent) => void,
  signal: AbortSignal,
): Promise<DraftResult> {
  const captioner = await openImageCaptioner(source);
  try {
    for (const { id, path, name } of images) {
      if (signal.aborted) throw new SemblanceError("cancelled", "The drafts were cancelled.");
      const image = await decodeImage(path, { name }).catch((error) => {
        if (isImageFault(error)) return null;
        throw error;
      });
      emit({ id, draft: image && (await captioner.caption(image)) });
    }
  } finally {
    await captioner.release();
  }
  return null;
}
