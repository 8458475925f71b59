/** Caches feature vectors on disk by the content of the image and the recipe with which they were computed. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Recipe } from "../scores/score";

export interface FeatureCache {
  /** The vector of `dims` values stored for an image with this SHA-256, or null. */
  read(imageSha256: string, dims: number): Promise<Float32Array | null>;
  write(imageSha256: string, vector: Float32Array): Promise<void>;
}

/** How files become the pixels that features are computed of; features of another way are not others' features. */
const decoding = "transparent parts on white";

/**
 * The cache under `folder` for one recipe; without a folder, one that holds nothing. A recipe without the hash of its
 * weights is not cached: it could be confused with other weights.
 */
export function openFeatureCache(folder: string | null, recipe: Recipe): FeatureCache {
  if (folder === null || recipe.weightsSha256 === null) {
    return { read: async () => null, write: async () => {} };
  }
  const key = createHash("sha256")
    .update(JSON.stringify([decoding, ...Object.entries(recipe).sort()]))
    .digest("hex")
    .slice(0, 16);
  const pathOf = (sha256: string) => join(folder, key, sha256.slice(0, 2), `${sha256}.f32`);
  return {
    async read(sha256, dims) {
      const bytes = await readFile(pathOf(sha256)).catch(() => null);
      if (bytes === null || bytes.length !== dims * Float32Array.BYTES_PER_ELEMENT) return null;
      return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    },
    async write(sha256, vector) {
      const path = pathOf(sha256);
      await mkdir(dirname(path), { recursive: true });
      const draft = `${path}.${process.pid}.part`;
      await writeFile(draft, new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
      await rename(draft, path);
    },
  };
}
