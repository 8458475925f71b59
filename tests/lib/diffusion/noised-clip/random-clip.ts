/** Noised CLIPs of random weights, as files. */
import { join } from "node:path";
import type { ClipFiles } from "@/lib/diffusion/noised-clip/clip-files";
import { buildClipImageGraph, buildClipTextGraph } from "@/lib/diffusion/noised-clip/clip-graphs";
import { type ClipOptions, parseClipOptions } from "@/lib/diffusion/noised-clip/clip-options";
import type { Graph } from "@/lib/engine/graph/graph";
import { Random } from "@/lib/numerics/random";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";

/** A CLIP of 16 px images whose heads are 64 wide, so that its options are read off its weights. */
export const smallClipOptions = {
  image_size: 16,
  patch_size: 8,
  n_vocab: 49_408,
  max_text_len: 12,
  n_embd: 10,
  n_head_text: 1,
  n_xf_blocks_text: 1,
  n_head_image: 2,
  n_xf_blocks_image: 3,
};

type Tensors = Map<string, TensorToWrite>;

export function randomImageEncoder(given: Partial<ClipOptions>): Tensors {
  return randomWeights(buildClipImageGraph(parseClipOptions(given, "the test's options")));
}

export function randomTextEncoder(given: Partial<ClipOptions>): Tensors {
  return randomWeights(buildClipTextGraph(parseClipOptions(given, "the test's options")));
}

function randomWeights(graph: Graph): Tensors {
  const random = new Random(5);
  return new Map(
    [...graph.parameters].map(([name, { shape }]) => {
      const length = shape.reduce((product, size) => product * size, 1);
      const isNorm = name.endsWith(".g");
      const scale = shape.length === 2 && !name.includes("input") ? 1.5 / Math.sqrt(shape[1]!) : 0.1;
      const data = random.normals(length).map((value) => (isNorm ? 1 : 0) + scale * value);
      return [name, { dtype: "float32", shape, data }] as const;
    }),
  );
}

/** The two files of a noised CLIP of random weights. */
export async function writeRandomClip(folder: string, given: Partial<ClipOptions>): Promise<ClipFiles> {
  const files = {
    image: join(folder, "image-enc.safetensors"),
    text: join(folder, "text-enc.safetensors"),
  };
  await writeSafetensors(files.image, randomImageEncoder(given));
  await writeSafetensors(files.text, randomTextEncoder(given));
  return files;
}
