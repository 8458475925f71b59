/** `semblance weights`: lists, downloads and adds the networks that metrics and sampling ask for. */
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { findWeightEntry, type WeightEntry, weightCatalogue } from "@/lib/metrics/weights/catalogue";
import { addWeights, downloadWeights, findInstalledWeights } from "@/lib/metrics/weights/weight-folder";

export type WeightsOptions = {
  action: "list" | "get" | "add" | (string & {});
  /** The entry to get or add. */
  name?: string;
  /** For `add`: the file or folder on this machine. */
  path?: string;
  /** Where weights are kept; default: the data folder's. */
  folder?: string;
  json?: boolean;
};

type Output = Pick<NodeJS.WriteStream, "write">;

/**
 * @returns the exit code, 0
 * @throws SemblanceError `invalid_input` (unknown action, missing argument), and as `downloadWeights`, `addWeights`
 */
export async function weights(
  { action, name, path, folder = dataPaths().weights, json = false }: WeightsOptions,
  output: Output = process.stdout,
  progress: Output = process.stderr,
): Promise<number> {
  if (action === "list") {
    await list(folder, json, output);
    return 0;
  }
  if (action !== "get" && action !== "add") {
    throw new SemblanceError("invalid_input", `"${action}" is nothing that can be done with weights.`, {
      remedy: "Use `weights list`, `weights get NAME` or `weights add NAME PATH`.",
    });
  }
  if (!name || (action === "add" && !path)) {
    throw new SemblanceError(
      "invalid_input",
      `\`weights ${action}\` needs ${name ? "the PATH of the file or folder" : "a NAME"}.`,
      {
        remedy: `The names are: ${weightCatalogue.map((entry) => entry.name).join(", ")}.`,
      },
    );
  }
  const entry = findWeightEntry(name);
  const installed =
    action === "add"
      ? await addWeights(folder, entry, path!)
      : await downloadWeights(folder, entry, { onProgress: progressPrinter(progress) });
  output.write(json ? `${JSON.stringify(installed)}\n` : `${entry.title} lies in ${installed.folder}.\n`);
  return 0;
}

async function list(folder: string, json: boolean, output: Output): Promise<void> {
  const rows = await Promise.all(
    weightCatalogue.map(async (entry) => {
      const installed = await findInstalledWeights(folder, entry.name);
      return { entry, installed, bytes: totalBytes(installed?.files ?? entry.files) };
    }),
  );
  if (json) {
    const plain = rows.map(({ entry, installed, bytes }) => ({
      ...entry,
      bytes,
      installed: installed !== null,
      folder: installed?.folder ?? null,
    }));
    output.write(`${JSON.stringify(plain)}\n`);
    return;
  }
  for (const { entry, installed, bytes } of rows) {
    const size = bytes === null ? "size unknown" : `${(bytes / 1e6).toFixed(0)} MB`;
    output.write(
      `${entry.name.padEnd(18)} ${installed ? "installed    " : "not installed"}  ${size.padStart(12)}  ${entry.licence}\n` +
        `${" ".repeat(19)}${entry.title}, for ${entry.purpose}\n` +
        `${" ".repeat(19)}${entry.source}\n`,
    );
  }
  output.write(`\nThey are kept in ${folder}.\n`);
}

function totalBytes(files: readonly { bytes: number | null }[] | WeightEntry["files"]): number | null {
  let total = 0;
  for (const { bytes } of files) {
    if (bytes === null) return null;
    total += bytes;
  }
  return total;
}

/** One line per file and five percent, so that a log stays short. */
function progressPrinter(output: Output) {
  let last = "";
  return ({
    file,
    receivedBytes,
    totalBytes,
  }: {
    file: string;
    receivedBytes: number;
    totalBytes: number | null;
  }) => {
    const step =
      totalBytes === null
        ? `${Math.floor(receivedBytes / 50e6) * 50} MB`
        : `${Math.floor((20 * receivedBytes) / totalBytes) * 5}%`;
    const line = `${file}  ${step}`;
    if (line !== last) output.write(`${line}\n`);
    last = line;
  };
}
