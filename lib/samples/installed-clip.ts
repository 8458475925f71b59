/** The noised CLIPs that are installed on this machine, for samples that one of them guides. */
import { join } from "node:path";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { fetchNetworks, listSharedNetworks } from "@/lib/evaluations/networks/shared-networks";
import { missingWeightsError, noisedClipWeights } from "@/lib/metrics/weights/catalogue";
import { demoNoisedClip } from "@/lib/metrics/weights/demo-noised-clip";
import { checkUnchanged, findInstalledWeights } from "@/lib/metrics/weights/weight-folder";
import { checkpointsOfDemo } from "./demo-line";

/** `published` is GLIDE's; `demo` is the demo's own, which knows no other images. */
export type NoisedClipName = "published" | "demo";

const entries = { published: noisedClipWeights, demo: demoNoisedClip } as const;

/** The files, absolute, and what was verified of the encoders when they came. */
export type InstalledClip = {
  readonly image: string;
  readonly text: string;
  readonly options?: string;
  readonly imageSha256: string;
  readonly textSha256: string;
};

/** The noised CLIP that guides samples of a base. */
export async function guidingClip(baseCheckpointId: string): Promise<NoisedClipName> {
  return (await checkpointsOfDemo([baseCheckpointId])).has(baseCheckpointId) ? "demo" : "published";
}

export async function isClipInstalled(name: NoisedClipName): Promise<boolean> {
  const entry = entries[name].name;
  if ((await findInstalledWeights(dataPaths().weights, entry)) !== null) return true;
  return (await listSharedNetworks()).has(entry);
}

/** @throws SemblanceError `missing_weights` with the commands that bring it */
export async function assertClipInstalled(name: NoisedClipName): Promise<void> {
  if (!(await isClipInstalled(name))) throw missingClipError(name);
}

/**
 * @throws SemblanceError `missing_weights` with the commands that bring it; `invalid_file` where a file was replaced
 *   after it was installed
 */
export async function installedClip(
  name: NoisedClipName,
  weightsFolder = dataPaths().weights,
): Promise<InstalledClip> {
  const entry = entries[name];
  await fetchNetworks([entry.name]);
  const installed = await findInstalledWeights(weightsFolder, entry.name);
  if (installed === null) throw missingClipError(name);
  await checkUnchanged(installed);
  const hashOf = (wanted: string) => installed.files.find(({ path }) => path === wanted)!.sha256;
  return {
    image: join(installed.folder, entry.image),
    text: join(installed.folder, entry.text),
    ...("options" in entry && { options: join(installed.folder, entry.options) }),
    imageSha256: hashOf(entry.image),
    textSha256: hashOf(entry.text),
  };
}

function missingClipError(name: NoisedClipName): SemblanceError {
  if (name === "published") return missingWeightsError(noisedClipWeights.name);
  return new SemblanceError("missing_weights", "The demo’s noised CLIP is not installed.", {
    remedy: "It comes with the demo and goes with it. Choose classifier-free guidance.",
  });
}
