/** Writes a trained noised CLIP as the files that openNoisedClip reads. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Shape } from "@/lib/engine/graph/tensor-type";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { trainedClipNames } from "../../noised-clip/clip-files";
import type { ClipOptions } from "../../noised-clip/clip-options";
import { imagePrefix, logScaleName, textPrefix } from "./contrastive-loss";

/**
 * Both encoders in float32 under the published names, and the options with the learned logit scale.
 *
 * @param folder must exist
 * @param weights every parameter of buildClipTrainingGraph
 */
export async function writeNoisedClip(
  folder: string,
  {
    options,
    shapes,
    weights,
  }: {
    readonly options: ClipOptions;
    readonly shapes: ReadonlyMap<string, Shape>;
    readonly weights: ReadonlyMap<string, Float32Array>;
  },
): Promise<void> {
  const encoder = (prefix: string) =>
    new Map(
      [...weights]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, data]): [string, TensorToWrite] => [
          name.slice(prefix.length),
          { dtype: "float32", shape: shapes.get(name)!, data: data as Float32Array<ArrayBuffer> },
        ]),
    );
  const { image, text, options: optionsName } = trainedClipNames;
  await writeSafetensors(join(folder, image), encoder(imagePrefix));
  await writeSafetensors(join(folder, text), encoder(textPrefix));
  const learned = { ...options, logit_scale: Math.exp(weights.get(logScaleName)![0]!) };
  await writeFile(join(folder, optionsName), `${JSON.stringify(learned, null, 2)}\n`);
}
