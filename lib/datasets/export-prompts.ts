/** Captions without images as a file of JSON lines. Imports read it back as it was. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type ExportedImage, metadataLines, throwConflict } from "./export-images";

/**
 * @param places in their order
 * @param folder is made, and gets a prompts.jsonl
 * @returns how many captions were written
 * @throws SemblanceError `conflict` where the file is there already
 */
export async function exportPrompts(
  places: AsyncIterable<Pick<ExportedImage, "stem" | "split" | "captions">>,
  folder: string,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "prompts.jsonl");
  let count = 0;
  async function* lines() {
    for await (const place of places) {
      yield metadataLines(place.stem, place);
      count += place.captions.length;
    }
  }
  await writeFile(path, Readable.from(lines()), { flag: "wx" }).catch((error) => throwConflict(path, error));
  return count;
}
