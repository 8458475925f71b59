/** `semblance rebuild`: computes the leaderboard of a released study again and compares it byte for byte. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { SemblanceError } from "@/lib/errors";
import { counted } from "@/lib/text/counted";
import { rebuildRelease } from "@/lib/votes/release/rebuild-leaderboard";

type Output = Pick<NodeJS.WriteStream, "write">;

/**
 * @param release a folder or zip file that `semblance study release` wrote
 * @param options.csv prints the rebuilt leaderboard
 * @returns the exit code: 0, or 1 where the release was changed; the file and line are then on `errorOutput`
 * @throws SemblanceError `not_found`
 */
export async function rebuild(
  release: string,
  options: { csv?: boolean } = {},
  output: Output = process.stdout,
  errorOutput: Output = process.stderr,
): Promise<number> {
  try {
    const { votes, images, planHash, isFinal, csv } = await rebuildRelease(await openRelease(release));
    if (options.csv) output.write(csv);
    else {
      output.write(
        `${counted(votes, "vote", "votes")}, ${counted(images, "image", "images")}, plan ${planHash}: the leaderboard is the same, byte for byte.\n${isFinal ? "" : "This release is provisional: a later one may have different votes.\n"}`,
      );
    }
    return 0;
  } catch (error) {
    if (!(error instanceof SemblanceError) || error.code !== "invalid_file") throw error;
    errorOutput.write(`${error.message}\n${error.remedy ?? ""}\n`);
    return 1;
  }
}

async function openRelease(path: string): Promise<(name: string) => Promise<Uint8Array | null>> {
  const found = await stat(path).catch(() => null);
  if (!found) {
    throw new SemblanceError("not_found", `There is no release ${path}.`, { remedy: "Check the path." });
  }
  if (found.isDirectory()) return (name) => readFile(join(path, name)).catch(() => null);
  const files = unzipSync(await readFile(path));
  return async (name) => files[name] ?? null;
}
