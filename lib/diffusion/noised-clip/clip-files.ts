/** The files of a noised CLIP, and their names in a folder of its own. */
import { existsSync } from "node:fs";
import { join } from "node:path";

export type ClipFiles = {
  /** The state dict of the image encoder: OpenAI's `clip_image_enc.pt`, or another of its form. */
  readonly image: string;
  /** The state dict of the text encoder: `clip_text_enc.pt`. */
  readonly text: string;
  /** A JSON file of options, if they are not inferred from the weights. */
  readonly options?: string | undefined;
};

/** Of a noised CLIP that was trained here. */
export const trainedClipNames = {
  image: "clip_image_enc.safetensors",
  text: "clip_text_enc.safetensors",
  options: "config.json",
} as const;

/**
 * The files of a folder: the encoders as OpenAI names them, or as training here names them, and the options where there
 * is a file config.json. They need not exist.
 */
export function clipFilesIn(folder: string): ClipFiles {
  const options = join(folder, trainedClipNames.options);
  const named = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? path : join(folder, name.replace(/\.safetensors$/, ".pt"));
  };
  return {
    image: named(trainedClipNames.image),
    text: named(trainedClipNames.text),
    ...(existsSync(options) && { options }),
  };
}
