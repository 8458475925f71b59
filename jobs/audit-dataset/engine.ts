/** The engine task that compares images with their captions. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { readWeights } from "@/lib/engine/runtime/read-weights";
import {
  type ComparedImage,
  type ComparisonInput,
  type ComparisonResult,
  compareImages,
} from "./compare-images";

export type CompareInput = Omit<ComparisonInput, "readTensors" | "replacements" | "onProgress" | "signal"> & {
  /** A file with one `ComparedImage` as JSON on each line: more than a message should carry. */
  readonly imageList: string;
};

/** How many images are done. */
export type CompareEvent = { readonly done: number };
export type CompareResult = ComparisonResult;

export function run(
  { imageList, ...input }: CompareInput,
  emit: (event: CompareEvent) => void,
  signal: AbortSignal,
): Promise<CompareResult> {
  return compareImages(readList(imageList), {
    ...input,
    readTensors: readWeights,
    onProgress: (done) => emit({ done }),
    signal,
  });
}

async function* readList(path: string): AsyncGenerator<ComparedImage> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    yield JSON.parse(line) as ComparedImage;
  }
}
