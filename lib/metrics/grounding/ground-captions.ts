/** Locates the words of captions in images and in the corresponding photographs. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { SemblanceError, toSemblanceError } from "@/lib/errors";
import { decodeImage } from "@/lib/images/decode-image";
import type { LeftOutFile } from "@/lib/images/left-out";
import { labelOf, type NamedFile } from "@/lib/images/named-file";
import type { RgbImage } from "@/lib/images/pixels";
import { squareImage } from "@/lib/images/square-image";
import {
  type ClipPatchExtractor,
  type ClipWordEncoder,
  createClipPatchExtractor,
  createClipWordEncoder,
} from "../extractors/clip-tokens";
import type { ModelSource } from "../extractors/model-source";
import { bestPatch, type WordHeatMap } from "../scores/heat-map";
import { groundingScore } from "./agreement";
import { wordPatchSimilarity } from "./word-patch-similarity";

/** A generated image, its caption, and the photograph that the caption describes. */
export type GroundingPair = {
  readonly generated: NamedFile;
  readonly real: NamedFile;
  readonly caption: string;
};

export type GroundedPair = {
  /** The pair's number in the list given. */
  readonly pair: number;
  /** See `groundingScore`: the photograph is the reference. */
  readonly score: number;
  readonly heatMaps: { readonly generated: WordHeatMap; readonly real: WordHeatMap };
};

/** Both towers of one CLIP. */
export type GroundingNetwork = { readonly images: ClipPatchExtractor; readonly captions: ClipWordEncoder };

/** @throws SemblanceError as `createClipPatchExtractor` */
export async function openGroundingNetwork(source: ModelSource): Promise<GroundingNetwork> {
  const images = await createClipPatchExtractor(source);
  try {
    return { images, captions: await createClipWordEncoder(source) };
  } catch (error) {
    await images.release();
    throw error;
  }
}

export async function releaseGroundingNetwork({ images, captions }: GroundingNetwork): Promise<void> {
  await images.release();
  await captions.release();
}

/** The heat map of one image. @throws SemblanceError `invalid_input` for a caption without words */
export async function groundCaption(
  { images, captions }: GroundingNetwork,
  image: RgbImage,
  caption: string,
): Promise<WordHeatMap> {
  const words = await captions.encode(caption);
  if (words.words.length === 0) {
    throw new SemblanceError("invalid_input", `The caption “${caption}” has no words.`, {
      remedy: "Give one with letters or digits in it.",
    });
  }
  return wordPatchSimilarity(words, await images.extract(image), images.dims);
}

/**
 * Each word's grounding in an image is its similarity to its best-matching patch; a pair's score is the agreement of the
 * generated image's groundings with the photograph's. Memory holds the heat maps and two images at a time.
 *
 * @param sidePx see `squareImage`; null: images as they are
 * @returns the pairs that could be read, in their order, and what could not
 * @throws SemblanceError `cancelled`, and as the network
 */
export async function groundCaptions(
  network: GroundingNetwork,
  pairs: readonly GroundingPair[],
  {
    sidePx = null,
    onProgress,
    signal,
  }: { sidePx?: number | null; onProgress?: (done: number) => void; signal?: AbortSignal } = {},
): Promise<{ grounded: GroundedPair[]; leftOut: LeftOutFile[] }> {
  const grounded: GroundedPair[] = [];
  const leftOut = new Map<string, LeftOutFile>();
  // Several images of one caption follow each other; they share the photograph's map.
  let last: { key: string; map: WordHeatMap } | null = null;
  const mapOf = async (file: NamedFile, caption: string) => {
    const [path, name] = [file.path, labelOf(file)];
    try {
      const bytes = await readFile(path);
      const key = createHash("sha256").update(bytes).update("\n").update(caption).digest("hex");
      if (last?.key === key) return last;
      const decoded = await decodeImage(bytes, { name });
      const image = sidePx === null ? decoded : squareImage(decoded, sidePx, name);
      return { key, map: await groundCaption(network, image, caption) };
    } catch (error) {
      const { code, message } = toSemblanceError(error);
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        leftOut.set(path, { path, name, reason: `${name} does not exist.` });
      } else if (["invalid_file", "invalid_input", "unsupported_file", "too_large"].includes(code)) {
        leftOut.set(path, { path, name, reason: message });
      } else throw error;
      return null;
    }
  };
  for (const [pair, { generated, real, caption }] of pairs.entries()) {
    if (signal?.aborted) throw new SemblanceError("cancelled", "The evaluation was cancelled.");
    const reference = await mapOf(real, caption);
    const candidate = await mapOf(generated, caption);
    if (reference) last = reference;
    if (reference && candidate) {
      const score = groundingScore(groundings(reference.map), groundings(candidate.map));
      grounded.push({ pair, score, heatMaps: { generated: candidate.map, real: reference.map } });
    }
    onProgress?.(pair + 1);
  }
  return { grounded, leftOut: [...leftOut.values()] };
}

/** Per word the cosine with its best-matching patch. */
export function groundings(map: WordHeatMap): number[] {
  return map.similarity.map((patches, word) => patches[bestPatch(map, word)]!);
}
