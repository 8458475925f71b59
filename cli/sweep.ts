/** `semblance sweep`: gives the disk back what deleted datasets, models and samples took, and what was cut short. */
import { sweepUnused } from "@/jobs/sweep-unused";

/** @returns the exit code: 0 */
export async function sweep(output: Pick<NodeJS.WriteStream, "write"> = process.stdout): Promise<number> {
  const { blobs, temporary } = await sweepUnused();
  output.write(`${blobs} files removed\n`);
  output.write(
    `${temporary.removed} temporary files and folders removed (${(temporary.bytes / 1e6).toFixed(1)} MB)\n`,
  );
  return 0;
}
