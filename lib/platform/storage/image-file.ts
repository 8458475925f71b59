/** Where an image of the store can be read as a file. */
import { join } from "node:path";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { blobStore } from "./store-blob";

/**
 * The file of an image. Of one that the store has lost, a path at which there is none: anyone who reads it leaves that
 * image out by its name, as any other that cannot be read, and goes on with the rest.
 */
export async function imageFile(sha256: string): Promise<string> {
  try {
    return await blobStore().toLocalFile(sha256);
  } catch (error) {
    if (!(error instanceof SemblanceError) || error.code !== "not_found") throw error;
    return join(dataPaths().blobs, "missing", sha256);
  }
}
