/**
 * Networks in the store that all machines share: what one machine has installed, the others fetch when they need it. Where the
 * store is the data folder itself, there is nothing to share.
 */
import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { neededWeights } from "@/lib/metrics/catalogue/feature-spec";
import { type MetricName, metricCatalogue } from "@/lib/metrics/catalogue/metric-catalogue";
import { weightCatalogue } from "@/lib/metrics/weights/catalogue";
import { demoClipPath } from "@/lib/metrics/weights/demo-clip";
import { demoNoisedClip } from "@/lib/metrics/weights/demo-noised-clip";
import { fetchWeights, findInstalledWeights, manifestName } from "@/lib/metrics/weights/weight-folder";
import { isStoreInDataFolder, sharedFiles } from "@/lib/platform/storage/open-store";

const sharedFolder = "networks";
const nameOf = (network: string, path: string) => `${sharedFolder}/${network}/${path}`;

/** The demo's CLIP is one file without a manifest. */
const demoClip = "demo-clip";
const demoClipName = nameOf(demoClip, "clip.safetensors");

const allNames = [...weightCatalogue.map(({ name }) => name), demoNoisedClip.name, demoClip];

/** The networks that some metrics are computed with. */
export function networksOfMetrics(metrics: readonly string[]): string[] {
  return metrics.map((metric) => neededWeights(metricCatalogue[metric as MetricName].features) ?? demoClip);
}

/**
 * Puts an installed network into the store; one that is not installed is no error.
 *
 * @throws SemblanceError `unavailable`, `disk_full`
 */
export async function shareNetwork(name: string): Promise<void> {
  if (isStoreInDataFolder()) return;
  const { weights } = dataPaths();
  if (name === demoClip) {
    if (await exists(demoClipPath(weights))) await sharedFiles().put(demoClipName, demoClipPath(weights));
    return;
  }
  const installed = await findInstalledWeights(weights, name);
  if (installed === null) return;
  for (const path of [...installed.files.map((file) => file.path), manifestName]) {
    await sharedFiles().put(nameOf(name, path), join(installed.folder, path));
  }
}

/** Puts those into the store that are installed here and not there yet. @throws SemblanceError as shareNetwork */
export async function shareInstalledNetworks(): Promise<void> {
  const shared = await listSharedNetworks();
  for (const name of allNames) if (!shared.has(name)) await shareNetwork(name);
}

/**
 * Installs on this machine what the store has of some networks. What nobody has shared stays missing: whoever asks for it next says so.
 *
 * @throws SemblanceError `unavailable`, `disk_full`, `invalid_file`
 */
export async function fetchNetworks(names: readonly string[]): Promise<void> {
  if (isStoreInDataFolder()) return;
  const { weights } = dataPaths();
  for (const name of new Set(names)) {
    if (name === demoClip) {
      await mkdir(weights, { recursive: true });
      if (!(await exists(demoClipPath(weights))))
        await sharedFiles().fetch(demoClipName, demoClipPath(weights));
    } else if ((await findInstalledWeights(weights, name)) === null) {
      await fetchWeights(weights, name, (path, target) => sharedFiles().fetch(nameOf(name, path), target));
    }
  }
}

/** The networks that are whole in the store. A store that cannot be reached has none: what is installed here can still be used. */
export async function listSharedNetworks(): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  if (isStoreInDataFolder()) return names;
  try {
    for await (const { name } of sharedFiles().list(sharedFolder)) {
      const [, network, file] = name.split("/");
      if (file === manifestName || name === demoClipName) names.add(network!);
    }
  } catch (error) {
    if (!(error instanceof SemblanceError)) throw error;
  }
  return names;
}

/** Whether the demo's CLIP is installed here, or can be fetched. */
export async function hasDemoClip(): Promise<boolean> {
  return (await exists(demoClipPath(dataPaths().weights))) || (await listSharedNetworks()).has(demoClip);
}

/** Puts the demo's networks into the store. @throws SemblanceError as shareNetwork */
export async function shareDemoNetworks(): Promise<void> {
  await shareNetwork(demoClip);
  await shareNetwork(demoNoisedClip.name);
}

/** Takes the demo's networks out of the store. @throws SemblanceError `unavailable` */
export async function forgetDemoNetworks(): Promise<void> {
  if (isStoreInDataFolder()) return;
  const { name, image, text, options } = demoNoisedClip;
  for (const path of [manifestName, image, text, options]) await sharedFiles().delete(nameOf(name, path));
  await sharedFiles().delete(demoClipName);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
