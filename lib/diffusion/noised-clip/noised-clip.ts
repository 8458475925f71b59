/** A noised CLIP ready to run: captions and noisy images in, embeddings and the gradient of their agreement out. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { Graph } from "@/lib/engine/graph/graph";
import type { Weight } from "@/lib/engine/graph/weights";
import { createSession, type Session } from "@/lib/engine/runtime/session";
import { SemblanceError } from "@/lib/errors";
import { type Checkpoint, openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { countNonFiniteIn } from "@/lib/tensor-files/non-finite";
import type { ClipFiles } from "./clip-files";
import { buildClipImageGraph, buildClipTextGraph } from "./clip-graphs";
import { type ClipOptions, inferClipOptions, parseClipOptions } from "./clip-options";
import { type ClipCaption, encodeClipCaption } from "./clip-tokenizer";

/** A vector [n_embd] before and after it is scaled to length 1. */
export type ClipEmbedding = { readonly features: Float32Array; readonly embedding: Float32Array };

/** CLIP's view of a noisy image. */
export type ClipOpinion = ClipEmbedding & {
  /** The cosine to the caption times the logit scale. */
  readonly agreement: number;
  /** Of the agreement by the image, [3, image_size, image_size]. */
  readonly gradient: Float32Array;
};

/**
 * Opens both encoders and checks that their tensors are those of the options; their weights are read when first needed.
 *
 * @throws SemblanceError as openCheckpoint, inferClipOptions and parseClipOptions; `missing_tensor` or `shape_mismatch`
 *   naming the file and the tensor
 */
export async function openNoisedClip(
  files: ClipFiles,
  settings: { readonly provider?: ExecutionProvider; readonly threads?: number } = {},
): Promise<NoisedClip> {
  const image = await openCheckpoint(files.image);
  try {
    const text = await openCheckpoint(files.text);
    try {
      const names = { image: basename(files.image), text: basename(files.text) };
      const options =
        files.options === undefined
          ? inferClipOptions(image.tensors, text.tensors, names)
          : await readClipOptions(files.options);
      assertCovers(image, buildClipImageGraph(options), names.image);
      assertCovers(text, buildClipTextGraph(options), names.text);
      return new NoisedClip(options, files, settings);
    } finally {
      await text.close();
    }
  } finally {
    await image.close();
  }
}

async function readClipOptions(path: string): Promise<ClipOptions> {
  const source = basename(path);
  try {
    return parseClipOptions(JSON.parse(await readFile(path, "utf8")), source);
  } catch (cause) {
    if (cause instanceof SemblanceError) throw cause;
    throw new SemblanceError("invalid_input", `${source} is not a readable JSON file of CLIP's options.`, {
      remedy: "Write one JSON object with the keys of the published clip/config.yaml.",
      cause,
    });
  }
}

function assertCovers({ tensors }: Checkpoint, graph: Graph, file: string): void {
  for (const [name, { shape }] of graph.parameters) {
    const found = tensors.get(name)?.shape;
    if (found === undefined) {
      throw new SemblanceError("missing_tensor", `${file}: the file lacks the tensor ${name}.`, {
        remedy: "Give OpenAI's noised CLIP: clip_image_enc.pt as image and clip_text_enc.pt as text encoder.",
      });
    }
    if (found.join() !== shape.join()) {
      throw new SemblanceError(
        "shape_mismatch",
        `${file}: tensor ${name} has shape [${found.join(", ")}], but the options require [${shape.join(", ")}].`,
        { remedy: "Check that both encoders, and the options where given, are of one model." },
      );
    }
  }
}

/** Made by openNoisedClip. Sessions are created when first needed and kept until `release`. */
export class NoisedClip {
  readonly options: ClipOptions;
  readonly #files: ClipFiles;
  readonly #settings: { readonly provider?: ExecutionProvider; readonly threads?: number };
  #text: Promise<Session> | null = null;
  #image: Promise<Session> | null = null;

  constructor(
    options: ClipOptions,
    files: ClipFiles,
    settings: { readonly provider?: ExecutionProvider; readonly threads?: number },
  ) {
    this.options = options;
    this.#files = files;
    this.#settings = settings;
  }

  /** Tokens of a caption in CLIP's vocabulary. Throws as encodeClipCaption. */
  tokensOf(caption: string): ClipCaption {
    return encodeClipCaption(caption, this.options.max_text_len);
  }

  async embedCaption({ tokens, length }: ClipCaption): Promise<ClipEmbedding> {
    this.#text ??= this.#createSession(buildClipTextGraph(this.options), this.#files.text);
    const session = await this.#text;
    const endPosition = new Float32Array(this.options.max_text_len);
    endPosition[length - 1] = 1;
    const { features, embedding } = await session.run({ tokens, end_position: endPosition });
    return { features: features as Float32Array, embedding: embedding as Float32Array };
  }

  /**
   * @param image [3, image_size, image_size], of [-1, 1] with the process's noise
   * @param timestep of the full process
   * @param caption an embedding of length 1
   */
  async judge(image: Float32Array, timestep: number, caption: Float32Array): Promise<ClipOpinion> {
    this.#image ??= this.#createSession(buildClipImageGraph(this.options), this.#files.image);
    const session = await this.#image;
    const result = await session.run({ image, timestep: BigInt64Array.of(BigInt(timestep)), caption });
    return {
      features: result.features as Float32Array,
      embedding: result.embedding as Float32Array,
      agreement: (result.agreement as Float32Array)[0]!,
      gradient: result.gradient as Float32Array,
    };
  }

  /** Frees the sessions' memory; a later call would create them again. */
  async release(): Promise<void> {
    const sessions = [this.#text, this.#image];
    this.#text = null;
    this.#image = null;
    await Promise.all(sessions.map(async (session) => (await session)?.release()));
  }

  async #createSession(graph: Graph, path: string): Promise<Session> {
    const checkpoint = await openCheckpoint(path);
    try {
      const weights = new Map<string, Weight>();
      for (const [name, { shape }] of graph.parameters) {
        const data = await checkpoint.readFloat32(name);
        const bad = countNonFiniteIn(data);
        if (bad > 0) {
          throw new SemblanceError(
            "invalid_file",
            `${basename(path)}: ${bad} of the ${data.length} values of ${name} are NaN or infinite.`,
            { remedy: "The file is damaged. Download or export it again." },
          );
        }
        weights.set(name, { shape, data });
      }
      return await createSession(graph, { weights, ...this.#settings });
    } finally {
      await checkpoint.close();
    }
  }
}
