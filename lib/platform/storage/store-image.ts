/** Keeps an image file in the blob store, with its size. */
import { readImageHeader } from "@/lib/images/decode-image";
import { storeFile } from "./store-blob";

/**
 * @returns its SHA-256
 * @throws SemblanceError as `readImageHeader` and `storeFile`
 */
export async function storeImageFile(path: string): Promise<string> {
  const { mediaType, widthPx, heightPx } = await readImageHeader(path);
  return (await storeFile(path, { mediaType, widthPx, heightPx })).sha256;
}
