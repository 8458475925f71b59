/** The blind renditions of a study's images, and those of them that cannot be made. */
import { isImageFault } from "@/lib/images/decode-image";
import type { LeftOutImage } from "@/lib/images/left-out";
import { db } from "@/lib/platform/database/db";
import { readBlob, storeBlob } from "@/lib/platform/storage/store-blob";
import { renderBlindImage } from "./blind-image";

export type OpeningProgress = {
  signal?: AbortSignal;
  /** Images rendered so far, and all. */
  onProgress?: (done: number, total: number) => void;
};

export class BlindRenditions {
  /** Rendition's SHA-256 by the source's. */
  readonly rendered = new Map<string, string>();
  /** Sources that are lost or damaged, by SHA-256. */
  readonly leftOut = new Map<string, LeftOutImage>();
  readonly #sizePx: number;
  readonly #progress: OpeningProgress;

  constructor(sizePx: number, progress: OpeningProgress) {
    this.#sizePx = sizePx;
    this.#progress = progress;
  }

  /** @returns whether all of them are there now; those that are not have come to `leftOut` */
  async render(sources: ReadonlySet<string>): Promise<boolean> {
    let all = true;
    for (const source of sources) {
      this.#progress.signal?.throwIfAborted();
      if (!this.rendered.has(source) && !this.leftOut.has(source)) all = (await this.#one(source)) && all;
      this.#progress.onProgress?.(this.rendered.size, Math.max(this.rendered.size, sources.size));
    }
    return all;
  }

  async #one(source: string): Promise<boolean> {
    const sizePx = this.#sizePx;
    try {
      const png = await renderBlindImage(await readBlob(source), sizePx);
      const blob = await storeBlob(png, { mediaType: "image/png", widthPx: sizePx, heightPx: sizePx });
      this.rendered.set(source, blob.sha256);
      return true;
    } catch (error) {
      if (!isImageFault(error)) throw error;
      const name = await nameOf(source);
      const what = error.code === "not_found" ? "is missing from the data folder" : "is damaged";
      this.leftOut.set(source, { name, reason: `${name} ${what}.` });
      return false;
    }
  }
}

/** What people know an image by: its file, or the caption that it was drawn for. */
async function nameOf(sha256: string): Promise<string> {
  const image = await db.image.findFirst({ where: { blobSha256: sha256 } });
  if (image) return image.fileName ?? image.stem;
  const sample = await db.sample.findFirst({
    where: { OR: [{ blobSha256: sha256 }, { baseSha256: sha256 }] },
    select: { seed: true, caption: { select: { text: true } }, sampleSet: { select: { name: true } } },
  });
  if (!sample) return "An image";
  return `“${sample.caption.text}” of ${sample.sampleSet.name}, seed ${sample.seed},`;
}
