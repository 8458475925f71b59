/** The blind renditions of a study's images, and those of them that cannot be made. */
import pMap from "p-map";
import type { BlindFit } from "@/lib/images/blind-fit";
import { isImageFault } from "@/lib/images/image-fault";
import type { LeftOutImage } from "@/lib/images/left-out";
import { db } from "@/lib/platform/database/db";
import { imagesAtOnce, workOnImage } from "@/lib/platform/image-process/image-worker";
import { readBlob, storeBlob } from "@/lib/platform/storage/store-blob";
import { readOrigin, sampleToText } from "@/lib/samples/sample-origin";
import { imageFit } from "../design/study-design";

export type OpeningProgress = {
  signal?: AbortSignal;
  /** Images rendered so far, and all; then items that are stored. */
  onProgress?: (done: number, total: number, what: "images" | "items") => void;
};

export class BlindRenditions {
  /** Rendition's SHA-256 by the source's. */
  readonly rendered = new Map<string, string>();
  /** Sources that are lost or damaged, by SHA-256. */
  readonly leftOut = new Map<string, LeftOutImage>();
  readonly #blind: { sizePx: number; fit: BlindFit };
  readonly #progress: OpeningProgress;

  constructor(study: { imageSizePx: number; imageFit: string }, progress: OpeningProgress) {
    this.#blind = { sizePx: study.imageSizePx, fit: imageFit.parse(study.imageFit) };
    this.#progress = progress;
  }

  /** @returns whether all of them are there now; those that are not have come to `leftOut` */
  async render(sources: ReadonlySet<string>): Promise<boolean> {
    const wanted = [...sources].filter((source) => !this.rendered.has(source) && !this.leftOut.has(source));
    let done = this.rendered.size;
    const results = await pMap(
      wanted,
      async (source) => {
        this.#progress.signal?.throwIfAborted();
        const result = await this.#one(source);
        done++;
        this.#progress.onProgress?.(done, Math.max(done, sources.size), "images");
        return { source, result };
      },
      { concurrency: imagesAtOnce },
    );
    // In their own order, whichever was done first: the same study always says the same.
    for (const { source, result } of results) {
      if (typeof result === "string") this.rendered.set(source, result);
      else this.leftOut.set(source, result);
    }
    return [...sources].every((source) => this.rendered.has(source));
  }

  /** The rendition's SHA-256, or why there is none. */
  async #one(source: string): Promise<string | LeftOutImage> {
    try {
      const named = { bytes: await readBlob(source), name: source };
      const { png, ...size } = await workOnImage(named, "blind", this.#blind);
      return (await storeBlob(png, { mediaType: "image/png", ...size, isRendered: true })).sha256;
    } catch (error) {
      if (!isImageFault(error)) throw error;
      const name = await nameOf(source);
      const what = error.code === "not_found" ? "is missing from the data folder" : "is damaged";
      return { name, reason: `${name} ${what}.` };
    }
  }
}

/** What people know an image by: its file, or the caption that it was drawn for. */
async function nameOf(sha256: string): Promise<string> {
  const image = await db.image.findFirst({ where: { blobSha256: sha256 } });
  if (image) return image.fileName ?? image.stem;
  const sample = await db.sample.findFirst({
    where: { OR: [{ blobSha256: sha256 }, { baseSha256: sha256 }] },
    select: {
      seed: true,
      origin: true,
      caption: { select: { text: true } },
      sampleSet: { select: { name: true } },
    },
  });
  if (!sample) return "An image";
  const { caption, sampleSet, seed, origin } = sample;
  return `“${caption.text}” of ${sampleSet.name}, ${sampleToText({ seed, origin: readOrigin(origin) })},`;
}
