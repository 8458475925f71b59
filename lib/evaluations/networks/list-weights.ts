/** Every network that metrics and sampling may need, and which of its files are installed. */
import { dataPaths } from "@/lib/env";
import { type WeightEntry, weightCatalogue } from "@/lib/metrics/weights/catalogue";
import { findInstalledWeights } from "@/lib/metrics/weights/weight-folder";
import { listSharedNetworks } from "./shared-networks";

export type WeightStatus = WeightEntry & {
  /** Of all its files; null where a publisher does not say and it is not installed. */
  readonly bytes: number | null;
  /** Whether all its files are there and whole: here, or in the store, from where they come when they are needed. */
  readonly installed: boolean;
  /** Where its files are, absolute; null where they are not on this machine. */
  readonly folder: string | null;
  /** What installs it, as typed into a terminal. */
  readonly command: string;
};

/** In the catalogue's order. @param weightsFolder default: the data folder's */
export async function listWeights(weightsFolder = dataPaths().weights): Promise<WeightStatus[]> {
  const shared = await listSharedNetworks();
  return Promise.all(
    weightCatalogue.map(async (entry) => {
      const installed = await findInstalledWeights(weightsFolder, entry.name);
      return {
        ...entry,
        // What was verified when it came stands in for what the catalogue leaves open.
        files: entry.files.map((file) => ({
          ...file,
          ...installed?.files.find(({ path }) => path === file.path),
        })),
        bytes: totalBytes(installed?.files ?? entry.files),
        installed: installed !== null || shared.has(entry.name),
        folder: installed?.folder ?? null,
        command: `npx semblance weights get ${entry.name}`,
      };
    }),
  );
}

function totalBytes(files: readonly { readonly bytes: number | null }[]): number | null {
  return files.reduce<number | null>(
    (sum, { bytes }) => (sum === null || bytes === null ? null : sum + bytes),
    0,
  );
}
