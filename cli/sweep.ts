/** `semblance sweep`: gives the disk back what deleted datasets, models and samples took. */
import { sweepBlobs } from "@/lib/storage/sweep-blobs";

/** @returns the exit code: 0 */
export async function sweep(output: Pick<NodeJS.WriteStream, "write"> = process.stdout): Promise<number> {
  const { removed } = await sweepBlobs();
  output.write(`${removed} files removed\n`);
  return 0;
}
