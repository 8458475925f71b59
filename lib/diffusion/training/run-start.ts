/** What a training run starts from. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Shape } from "@/lib/engine/graph/tensor-type";
import { SemblanceError } from "@/lib/errors";
import { initialWeights } from "../model/initial-weights";
import { openModel } from "../model/open-model";
import { loraForm } from "./adapter-training";
import { settingsThatDecideWeights, type TrainingSettings } from "./fine-tune-settings";
import { isTrained } from "./trained-part";
import type { TrainingRequest } from "./training-request";

/**
 * The weights before the first step, by name: the checkpoint's, or drawn from the seed.
 *
 * @throws SemblanceError as openModel; `invalid_input` where a model gets mask channels that would not learn
 */
export async function startWeights(
  { options, startOptions = options, settings, startWeightsPath, startKey }: TrainingRequest,
  shapes: ReadonlyMap<string, Shape>,
): Promise<ReadonlyMap<string, Float32Array>> {
  const addsMask = options.inpaint && !startOptions.inpaint && startWeightsPath !== null;
  if (addsMask) assertMaskLearns(settings);
  const source =
    startWeightsPath === null
      ? initialWeights(options, settings.seed)
      : await (await openModel(startWeightsPath, startOptions, { key: startKey })).loadWeights(shapes.keys());
  const weights = new Map([...source].map(([name, { data }]) => [name, data]));
  if (addsMask) {
    weights.set(FIRST_WEIGHT, addMaskChannels(weights.get(FIRST_WEIGHT)!, shapes.get(FIRST_WEIGHT)!));
  }
  return weights;
}

const FIRST_WEIGHT = "input_blocks.0.0.weight";

/** Mask channels start at zero: frozen, they would never tell the model what is known. */
function assertMaskLearns(settings: TrainingSettings): void {
  const lora = loraForm(settings);
  if (lora === null ? isTrained(settings.trained, FIRST_WEIGHT) : lora.adapts(FIRST_WEIGHT)) return;
  throw new SemblanceError(
    "invalid_input",
    "The model gets mask channels, but its first convolution, which reads them, would not learn.",
    {
      remedy:
        "Train the whole model or the UNet; with LoRA, choose attention and convolutions. Or start from an inpainting model.",
    },
  );
}

/**
 * The first convolution with zeros for the known pixels and their mask, which are behind the three noisy channels: the
 * model starts as what it was (Nichol et al. 2021, section 3.2).
 *
 * @param shape of the result, [out, in, 3, 3]
 */
function addMaskChannels(weight: Float32Array, shape: Shape): Float32Array {
  const [out, channels, ...kernel] = shape as [number, number, number, number];
  const taps = kernel[0] * kernel[1];
  const widened = new Float32Array(out * channels * taps);
  const [noisy, others] = [3 * taps, (channels - 7) * taps];
  for (let row = 0; row < out; row++) {
    const from = row * (noisy + others);
    const to = row * channels * taps;
    widened.set(weight.subarray(from, from + noisy), to);
    widened.set(weight.subarray(from + noisy, from + noisy + others), to + 7 * taps);
  }
  return widened;
}

/**
 * What states of versions before `run.json` name their run by: names and sizes of files. Such a run can be continued;
 * its next state names it by content.
 */
export async function fingerprintByNames({
  options,
  settings,
  images,
  startWeightsPath,
}: TrainingRequest): Promise<string> {
  const deciding = {
    options,
    settings: settingsThatDecideWeights(settings),
    images: images.map(({ path, captions }) => [basename(path), captions]),
    start: startWeightsPath && [basename(startWeightsPath), (await stat(startWeightsPath)).size],
  };
  return createHash("sha256").update(JSON.stringify(deciding)).digest("hex");
}
