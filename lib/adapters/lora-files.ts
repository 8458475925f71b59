/** The files of adapters, as the engine takes them. */
import type { LocalFiles } from "@/lib/platform/storage/local-files";

/** @returns of each adapter its file on this machine, held until `files` is released */
export function loraFiles(
  chosen: readonly {
    readonly scale: number;
    readonly adapter: { readonly blobSha256: string; readonly alpha: number };
  }[],
  files: LocalFiles,
) {
  return Promise.all(
    chosen.map(async ({ scale, adapter: { alpha, blobSha256 } }) => ({
      path: await files.pathOf(blobSha256),
      sha256: blobSha256,
      alpha,
      scale,
    })),
  );
}
