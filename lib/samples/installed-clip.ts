/** The noised CLIP that is installed on this machine, for samples that it guides. */
import { join } from "node:path";
import { dataPaths } from "@/lib/env";
import { missingWeightsError, noisedClipWeights } from "@/lib/metrics/weights/catalogue";
import { checkUnchanged, findInstalledWeights } from "@/lib/metrics/weights/weight-folder";

/** The encoders' files, absolute, and what was verified of them when they came. */
export type InstalledClip = {
  readonly image: string;
  readonly text: string;
  readonly imageSha256: string;
  readonly textSha256: string;
};

export async function isClipInstalled(): Promise<boolean> {
  return (await findInstalledWeights(dataPaths().weights, noisedClipWeights.name)) !== null;
}

/** @throws SemblanceError `missing_weights` with the commands that bring it */
export async function assertClipInstalled(): Promise<void> {
  if (!(await isClipInstalled())) throw missingWeightsError(noisedClipWeights.name);
}

/**
 * @throws SemblanceError `missing_weights` with the commands that bring it; `invalid_file` where a file was replaced
 *   after it was installed
 */
export async function installedClip(weightsFolder = dataPaths().weights): Promise<InstalledClip> {
  const installed = await findInstalledWeights(weightsFolder, noisedClipWeights.name);
  if (installed === null) throw missingWeightsError(noisedClipWeights.name);
  await checkUnchanged(installed);
  const hashOf = (wanted: string) => installed.files.find(({ path }) => path === wanted)!.sha256;
  const { image, text } = noisedClipWeights;
  return {
    image: join(installed.folder, image),
    text: join(installed.folder, text),
    imageSha256: hashOf(image),
    textSha256: hashOf(text),
  };
}
