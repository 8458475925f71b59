/** Embeddings of images and captions by the demo's CLIP, which was trained on the demo's world only. */
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { Graph } from "@/lib/engine/graph/graph";
import type { WeightSource } from "@/lib/engine/graph/weights";
import { createSession } from "@/lib/engine/runtime/session";
import { SemblanceError } from "@/lib/errors";
import { toNormalisedBatch } from "@/lib/images/pixels";
import { type ClipCaptionEncoder, frameForClip } from "./clip";
import { captionTower, demoClipDims, demoClipSizePx, demoClipWords, imageTower } from "./demo-clip-network";
import { DemoClipVocabulary } from "./demo-clip-vocabulary";
import type { FeatureExtractor } from "./feature-extractor";

/** Captions per run. */
const CAPTIONS_PER_BATCH = 16;

/** From 0–255 to -1–1. */
const normalisation = { means: [0.5, 0.5, 0.5], deviations: [0.5, 0.5, 0.5] };

type Options = { readonly provider?: ExecutionProvider; readonly threads?: number };

/**
 * Opens the image tower. Images of any size are framed as for CLIP: the short side to 64 px by Pillow's bicubic, the
 * centre cut out. Embeddings are brought to length 8, that of 64 ones: the kernel of KID, which divides a product by the
 * number of values, then sees cosines.
 *
 * @param weights the tensors of a file that demo/train/train-clip.ts writes
 * @param batch images per run
 * @throws SemblanceError `missing_tensor`, `shape_mismatch` where the weights are not this network's
 */
export async function createDemoClipImageExtractor(
  weights: WeightSource,
  { batch, ...options }: Options & { readonly batch: number },
): Promise<FeatureExtractor> {
  const graph = new Graph("demo CLIP, images");
  const images = graph.input("images", [batch, 3, demoClipSizePx, demoClipSizePx]);
  graph.output("embeddings", imageTower(images));
  const session = await createSession(graph, { weights, ...options });
  const input = new Float32Array(batch * 3 * demoClipSizePx ** 2);
  return {
    dims: demoClipDims,
    async extract(given) {
      const framed = given.map((image) => frameForClip(image, demoClipSizePx, "resize-crop"));
      input.set(toNormalisedBatch(framed, normalisation));
      const { embeddings } = await session.run({ images: input });
      const rows = (embeddings as Float32Array).slice(0, given.length * demoClipDims);
      for (let start = 0; start < rows.length; start += demoClipDims) {
        const row = rows.subarray(start, start + demoClipDims);
        const factor = Math.sqrt(demoClipDims) / Math.hypot(...row);
        for (let k = 0; k < row.length; k++) row[k]! *= factor;
      }
      return rows;
    },
    release: () => session.release(),
  };
}

/**
 * Opens the caption tower. Words that it was not taught count as one unknown word.
 *
 * @param weights as createDemoClipImageExtractor
 * @throws SemblanceError as createDemoClipImageExtractor
 */
export async function createDemoClipCaptionEncoder(
  weights: WeightSource,
  options: Options = {},
): Promise<ClipCaptionEncoder> {
  const bytes = weights.get("caption.vocabulary");
  if (!bytes) {
    throw new SemblanceError("missing_tensor", "The weights contain no tensor caption.vocabulary.", {
      remedy: "Use a file that npm run demo:train wrote for the demo's CLIP.",
    });
  }
  const vocabulary = DemoClipVocabulary.fromBytes(bytes.data);
  const graph = new Graph("demo CLIP, captions");
  const words = graph.input("words", [CAPTIONS_PER_BATCH, demoClipWords], "int64");
  const mask = graph.input("mask", [CAPTIONS_PER_BATCH, demoClipWords]);
  graph.output("embeddings", captionTower(words, mask, vocabulary.size));
  const session = await createSession(graph, { weights, ...options });
  return {
    dims: demoClipDims,
    async encode(captions) {
      const embeddings = new Float32Array(captions.length * demoClipDims);
      for (let start = 0; start < captions.length; start += CAPTIONS_PER_BATCH) {
        const batch = captions.slice(start, start + CAPTIONS_PER_BATCH);
        // A run needs a full batch, so it is padded with empty captions.
        const filled = [...batch, ...new Array<string>(CAPTIONS_PER_BATCH - batch.length).fill("")];
        const { embeddings: computed } = await session.run(vocabulary.encode(filled));
        embeddings.set(
          (computed as Float32Array).subarray(0, batch.length * demoClipDims),
          start * demoClipDims,
        );
      }
      return embeddings;
    },
    release: () => session.release(),
  };
}
