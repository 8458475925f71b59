/** A folder with a model that another library reads by itself: looked through before it is told of. */
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import type { FileAccess } from "./file-access";
import { withOpenFile } from "./open-file";

const mostFiles = 500;

/**
 * Every file in it is one that may be read, links and hard links included. The library opens the files again by their names: who
 * can write to the folder can still exchange one in between, and learns of it no more than whether it is a model.
 *
 * @throws SemblanceError `invalid_input`, with the form's field in `details.field`
 */
export async function checkModelFolder(path: string, access: FileAccess): Promise<void> {
  await access.checkName(path);
  const refused = (message: string) =>
    new SemblanceError("invalid_input", message, {
      remedy: "Give the folder that has config.json and onnx/ in it.",
      details: { field: "path" },
    });
  const place = await realpath(path).catch(() => null);
  const refusal = place === null ? "does not exist" : await access.refusal(place);
  if (refusal !== null) throw refused(`${path} ${refusal}.`);
  const names = await readdir(place!, { recursive: true, withFileTypes: true }).catch(() => null);
  if (names === null) throw refused(`${path} is not a folder that can be read.`);
  if (!names.some(({ name, parentPath }) => name === "config.json" && parentPath === place)) {
    throw refused(`${path} has no config.json.`);
  }
  if (names.length > mostFiles) throw refused(`${path} has more than ${mostFiles} files.`);
  for (const entry of names) {
    if (entry.isDirectory()) continue;
    await withOpenFile(join(entry.parentPath, entry.name), { access, name: entry.name }, async () => {});
  }
}
