/** Whether the machine has the shared memory that PostgreSQL's processes use for queries that they share. */
import { accessSync, constants, statfsSync } from "node:fs";

/** Containers often give 64 MB, of which one large query takes more. */
const leastBytes = 128 * 1024 * 1024;

/**
 * What is wrong with the shared memory at `folder`, in words, or null. PostgreSQL can do without: it then keeps the same
 * in its own files folder, a little slower.
 */
export function sharedMemoryProblem(folder = "/dev/shm"): string | null {
  if (process.platform !== "linux") return null;
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    const { blocks, bsize } = statfsSync(folder);
    // A size of 0 is tmpfs's way to say that it has no limit.
    return blocks > 0 && blocks * bsize < leastBytes
      ? `${folder} has only ${Math.round((blocks * bsize) / 1024 / 1024)} MB`
      : null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT"
      ? `${folder} is missing`
      : `${folder} cannot be written`;
  }
}
