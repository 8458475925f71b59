/** `semblance weights`: lists, downloads and adds the networks that metrics and sampling ask for. */
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { listWeights } from "@/lib/evaluations/networks/list-weights";
import { shareNetwork } from "@/lib/evaluations/networks/shared-networks";
import { findWeightEntry, weightCatalogue } from "@/lib/metrics/weights/catalogue";
import { addWeights, downloadWeights } from "@/lib/metrics/weights/weight-folder";

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
    throw new SemblanceError("invalid_input", `"${action}" is not an action.`, {
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
  output.write(json ? `${JSON.stringify(installed)}\n` : `${entry.title} is in ${installed.folder}.\n`);
  if (folder === dataPaths().weights) await shareNetwork(name);
  return 0;
}

async function list(folder: string, json: boolean, output: Output): Promise<void> {
  const rows = await listWeights(folder);
  if (json) {
    output.write(`${JSON.stringify(rows)}\n`);
    return;
  }
  for (const { installed, bytes, ...entry } of rows) {
    const margin = " ".repeat(19);
    const hashes = entry.files.map(
      ({ path, sha256 }) => `${margin}sha256 ${sha256 ?? "as declared by its host"}  ${path}\n`,
    );
    output.write(
      `${entry.name.padEnd(18)} ${installed ? "installed    " : "not installed"}  ` +
        `${sizeText(bytes, entry.aboutBytes).padStart(12)}  ${entry.licence}\n` +
        `${margin}${entry.title}, for ${entry.purpose}\n` +
        `${margin}${entry.source}\n${hashes.join("")}`,
    );
  }
  output.write(`\nThey are stored in ${folder}.\n`);
}

function sizeText(bytes: number | null, aboutBytes: number | undefined): string {
  if (bytes !== null) return `${(bytes / 1e6).toFixed(0)} MB`;
  return aboutBytes === undefined ? "size unknown" : `about ${(aboutBytes / 1e9).toFixed(1)} GB`;
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
