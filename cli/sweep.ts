/** `semblance sweep`: gives the disk back what deleted datasets, models and samples took, and what was cut short. */
import { sweepUnused } from "@/jobs/sweep-unused";
import { counted } from "@/lib/text/counted";

/** @returns the exit code: 0 */
export async function sweep(output: Pick<NodeJS.WriteStream, "write"> = process.stdout): Promise<number> {
  const { blobs, temporary } = await sweepUnused();
  output.write(`${counted(blobs, "file", "files")} removed\n`);
  output.write(
    `${counted(temporary.removed, "temporary file or folder", "temporary files and folders")} removed (${(temporary.bytes / 1e6).toFixed(1)} MB)\n`,
  );
  return 0;
}
