/** A preview of a run: its image, and step and seed where it is enlarged. */
import { ImageDialog } from "@/components/image-dialog";
import { formatCount } from "@/components/numbers";
import type { PreviewImage } from "@/lib/fine-tunes/get-fine-tune";

export function RunPreview({
  preview: { sha256, step, seed, caption },
  language,
  isBase,
}: {
  preview: PreviewImage;
  /** Of the captions (BCP 47). */
  language: string;
  isBase: boolean;
}) {
  return (
    <ImageDialog
      sha256={sha256}
      caption={caption}
      language={language}
      facts={`Step ${formatCount(step)}, seed ${seed}`}
      fileName={`step-${step}-seed-${seed}.png`}
      pixelated={isBase}
    />
  );
}
