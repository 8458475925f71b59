/** Pictures and captions as the command line names them: folders, lists, and caption files of several kinds. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { parse } from "csv-parse/sync";
import { SemblanceError } from "@/lib/errors";
import { isImageName } from "@/lib/images/image-formats";

/**
 * The pictures of a folder (png, jpg, webp; by name), or of a text file that names one on each line, relative to
 * itself. `id` is the file's name. The base model's picture that `semblance sample` leaves beside an upsampled one
 * (`NAME-base.png` beside `NAME.png`) is no picture of its own; a text file may name it.
 *
 * @throws SemblanceError `not_found`, `invalid_input` where there are none
 */
export async function listPictures(source: string): Promise<{ path: string; id: string }[]> {
  const info = await stat(source).catch(() => null);
  if (!info)
    throw new SemblanceError("not_found", `${source} does not exist.`, { remedy: "Check the path." });
  const paths = info.isDirectory()
    ? withoutBasePictures(await readdir(source))
        .filter(isImageName)
        .sort()
        .map((name) => join(source, name))
    : (await readFile(source, "utf8"))
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "")
        .map((line) => resolve(dirname(source), line));
  if (paths.length > 0) return paths.map((path) => ({ path, id: basename(path) }));
  throw new SemblanceError("invalid_input", `${source} names no pictures.`, {
    remedy: "Give a folder of png, jpg or webp files, or a text file with one path on each line.",
  });
}

function withoutBasePictures(names: readonly string[]): string[] {
  const all = new Set(names);
  return names.filter((name) => !name.endsWith("-base.png") || !all.has(name.replace(/-base\.png$/, ".png")));
}

/**
 * The caption of each picture, null where there is none.
 *
 * Without `captionFile`: the first line of the .txt beside the picture, or `caption` of the .json beside it, as
 * `semblance sample` writes it. With one: a .csv with the columns `file` and `caption`, a .json object of captions by
 * file name, or any other text with one caption on each line, in the pictures' order.
 *
 * @throws SemblanceError `not_found`, `invalid_file` naming the caption file and what is wrong
 */
export async function readCaptions(
  pictures: readonly { path: string; id: string }[],
  captionFile?: string,
): Promise<(string | null)[]> {
  if (captionFile === undefined) return Promise.all(pictures.map(({ path }) => captionBeside(path)));
  const text = await readFile(captionFile, "utf8").catch((cause) => {
    throw new SemblanceError("not_found", `${captionFile} cannot be read.`, {
      remedy: "Check the path.",
      cause,
    });
  });
  const kind = extname(captionFile).toLowerCase();
  if (kind === ".csv" || kind === ".json") {
    const byName = kind === ".csv" ? parseCsv(text, captionFile) : parseJson(text, captionFile);
    return pictures.map(({ id }) => byName.get(id) ?? byName.get(stemOf(id)) ?? null);
  }
  const lines = text.replace(/\n+$/, "").split("\n");
  if (lines.length !== pictures.length) {
    throw invalid(captionFile, `has ${lines.length} lines for ${pictures.length} pictures`);
  }
  return lines.map((line) => line.trim() || null);
}

/**
 * For each generated picture the id of the real one that its caption describes: the one of the same name, else the
 * first that has this caption in the .txt or .json beside it; null where there is neither.
 */
export async function pairWithReal(
  generated: readonly { id: string; caption: string | null }[],
  real: readonly { path: string; id: string }[],
): Promise<(string | null)[]> {
  const byName = new Map(real.map(({ id }) => [stemOf(id), id]));
  const byCaption = new Map<string, string>();
  for (const { path, id } of real) {
    for (const caption of await captionsBeside(path)) {
      if (!byCaption.has(caption.toLowerCase())) byCaption.set(caption.toLowerCase(), id);
    }
  }
  return generated.map(
    ({ id, caption }) => byName.get(stemOf(id)) ?? byCaption.get(caption?.trim().toLowerCase() ?? "") ?? null,
  );
}

async function captionsBeside(path: string): Promise<string[]> {
  const lines = await readFile(join(dirname(path), `${stemOf(path)}.txt`), "utf8").catch(() => null);
  const only = lines === null ? await captionBeside(path) : null;
  return (lines?.split("\n") ?? [only ?? ""]).map((line) => line.trim()).filter((line) => line !== "");
}

async function captionBeside(path: string): Promise<string | null> {
  const stem = join(dirname(path), stemOf(path));
  const text = await readFile(`${stem}.txt`, "utf8").catch(() => null);
  const line = text?.split("\n").find((candidate) => candidate.trim() !== "");
  if (line) return line.trim();
  const json = await readFile(`${stem}.json`, "utf8").catch(() => null);
  if (json === null) return null;
  try {
    const { caption } = JSON.parse(json) as { caption?: unknown };
    return typeof caption === "string" ? caption : null;
  } catch {
    return null;
  }
}

function parseCsv(text: string, file: string): Map<string, string> {
  let rows: Record<string, string>[];
  try {
    rows = parse(text, { columns: true, skip_empty_lines: true, bom: true });
  } catch (cause) {
    throw invalid(file, `is no table: ${(cause as Error).message}`);
  }
  if (rows[0] && !("file" in rows[0] && "caption" in rows[0])) {
    throw invalid(file, `has the columns ${Object.keys(rows[0]).join(", ")}, not file and caption`);
  }
  return new Map(rows.map((row) => [row.file!, row.caption!]));
}

function parseJson(text: string, file: string): Map<string, string> {
  try {
    const entries = Object.entries(JSON.parse(text) as object);
    if (entries.every(([, caption]) => typeof caption === "string")) return new Map(entries);
  } catch {
    throw invalid(file, "is not valid JSON");
  }
  throw invalid(file, "holds something else than captions by file name");
}

function invalid(file: string, what: string): SemblanceError {
  return new SemblanceError("invalid_file", `${file} ${what}.`, {
    remedy:
      "Give a .csv with the columns file and caption, a .json of captions by file name, or one line per picture.",
  });
}

function stemOf(path: string): string {
  return basename(path, extname(path));
}
