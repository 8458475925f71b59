/** What a training run starts from. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Shape } from "@/lib/engine/graph/tensor-type";
import { initialWeights } from "../model/initial-weights";
import { openModel } from "../model/open-model";
import { settingsThatDecideWeights } from "./fine-tune-settings";
import type { TrainingRequest } from "./training-request";

/**
 * The weights before the first step, by name: the checkpoint's, or drawn from the seed.
 *
 * @throws SemblanceError as openModel
 */
export async function startWeights(
  { options, settings, startWeightsPath, startKey }: TrainingRequest,
  shapes: ReadonlyMap<string, Shape>,
): Promise<ReadonlyMap<string, Float32Array>> {
  const source =
    startWeightsPath === null
      ? initialWeights(options, settings.seed)
      : await (await openModel(startWeightsPath, options, { key: startKey })).loadWeights(shapes.keys());
  return new Map([...source].map(([name, { data }]) => [name, data]));
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
