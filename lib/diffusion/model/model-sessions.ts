/** A model ready to run: captions are encoded by one session, noise is predicted by another. */
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { Graph } from "@/lib/engine/graph/graph";
import type { Precision } from "@/lib/engine/graph/precision";
import { createSession, type Session } from "@/lib/engine/runtime/session";
import { SemblanceError } from "@/lib/errors";
import { guidanceFeeds } from "./guidance";
import { buildSamplingGraph, buildTextGraph } from "./model-graphs";
import { type ModelArchitecture, type ModelOptions, resolveArchitecture } from "./model-options";
import type { ModelSource } from "./open-model";
import { timestepEmbedding } from "./timestep-embedding";
import type { EncodedCaption } from "./tokenizer";

/** One caption as the UNet takes it: `text_pooled`, and keys and values of each attention block, see buildTextGraph. */
export type CaptionEncoding = Readonly<Record<string, Float32Array>>;

export type SessionSettings = {
  readonly provider?: ExecutionProvider;
  readonly threads?: number;
  /** See SessionOptions. */
  readonly precision?: Precision;
};

/**
 * Sessions of one model with its weights as constants. They are created when first needed, one for the text and one
 * for each batch size with and without guidance, and kept until `release`; a session reads only its own part of the weights.
 */
export class ModelSessions {
  readonly options: ModelOptions;
  readonly architecture: ModelArchitecture;
  readonly #source: ModelSource;
  readonly #settings: SessionSettings;
  readonly #unets = new Map<string, Promise<Session>>();
  #text: Promise<Session> | null = null;
  #latest: { readonly of: readonly CaptionEncoding[]; readonly rows: CaptionEncoding } = { of: [], rows: {} };

  constructor(source: ModelSource, settings: SessionSettings = {}) {
    this.options = source.options;
    this.architecture = resolveArchitecture(source.options);
    this.#source = source;
    this.#settings = settings;
  }

  /** Encodes one caption; null for a model without text. */
  async encodeCaption({ tokens, mask }: EncodedCaption): Promise<CaptionEncoding | null> {
    const { text } = this.architecture;
    if (text === null) return null;
    this.#text ??= this.#createSession(buildTextGraph(this.options, 1, { projected: true })!);
    const session = await this.#text;
    const result = await session.run(text.learnedPadding ? { tokens, text_mask: mask } : { tokens });
    return Object.fromEntries(Object.entries(result).map(([name, data]) => [name, floats(data)]));
  }

  /**
   * The model's prediction [B, 6, size, size] for noisy images, B being the number of `timesteps`.
   *
   * @param images [B, 3, size, size].
   * @param timesteps steps of the full process, one per image.
   * @param captions one per image; nulls for a model without text. With guidance, then one empty caption per image.
   * @param guidanceScale classifier-free, see guide; absent: captions alone decide.
   * @param known for inpainting models alone, [B, 3, size, size] and [B, 1, size, size], see unet; null: nothing is known.
   * @param lowResImages [B, 3, size / 4, size / 4] in [-1, 1], for upsamplers alone.
   * @throws SemblanceError `invalid_input` where an upsampler gets no low-resolution images, or a base model does.
   */
  async predict(inputs: {
    images: Float32Array;
    timesteps: readonly number[];
    captions: readonly (CaptionEncoding | null)[];
    guidanceScale?: number;
    known: { readonly images: Float32Array; readonly mask: Float32Array } | null;
    lowResImages: Float32Array | null;
  }): Promise<Float32Array> {
    const batchSize = inputs.timesteps.length;
    if ((inputs.lowResImages === null) !== (this.architecture.lowResSizePx === null)) {
      throw new SemblanceError(
        "invalid_input",
        inputs.lowResImages === null
          ? "The model is an upsampler, but there is no image to enlarge."
          : "The model is a base model, but was given an image to enlarge.",
        { remedy: "Give the base model first, and the upsampler as upsampler." },
      );
    }
    const { inpaints, imageSizePx } = this.architecture;
    if (inputs.known !== null && !inpaints) {
      throw new SemblanceError("invalid_input", "The model takes no mask: it is not an inpainting model.", {
        remedy: "Use an inpainting model, such as OpenAI's base_inpaint.pt and upsample_inpaint.pt.",
      });
    }
    const { guidanceScale } = inputs;
    const guided = guidanceScale !== undefined;
    const session = await this.#unet({ batchSize, guided });
    const { prediction } = await session.run(
      {
        noisy_images: inputs.images,
        timestep_embedding: timestepEmbedding(inputs.timesteps, this.architecture.baseChannels),
        ...(inpaints && {
          known_images: inputs.known?.images ?? new Float32Array(batchSize * 3 * imageSizePx ** 2),
          known_mask: inputs.known?.mask ?? new Float32Array(batchSize * imageSizePx ** 2),
        }),
        ...(inputs.lowResImages && { low_res_images: inputs.lowResImages }),
        ...(guided && guidanceFeeds(guidanceScale)),
      },
      {},
      this.#joined(inputs.captions.filter((caption) => caption !== null)),
    );
    return floats(prediction);
  }

  /** The same object for the same captions, so that a card keeps them; see Session.run. */
  #joined(captions: readonly CaptionEncoding[]): CaptionEncoding {
    const { of, rows } = this.#latest;
    if (captions.length === of.length && captions.every((caption, at) => caption === of[at])) return rows;
    const names = Object.keys(captions[0] ?? {});
    const all = Object.fromEntries(
      names.map((name) => [name, joined(captions.map((caption) => caption[name]!))]),
    );
    this.#latest = { of: captions, rows: all };
    return all;
  }

  #unet(form: { readonly batchSize: number; readonly guided: boolean }): Promise<Session> {
    const key = `${form.batchSize} ${form.guided}`;
    const session =
      this.#unets.get(key) ??
      this.#createSession(buildSamplingGraph(this.options, { ...form, projected: true }));
    this.#unets.set(key, session);
    return session;
  }

  /** Frees the sessions; a later call would create them again. */
  async release(): Promise<void> {
    const sessions = [...this.#unets.values(), ...(this.#text === null ? [] : [this.#text])];
    this.#unets.clear();
    this.#text = null;
    await Promise.all(sessions.map(async (session) => (await session).release()));
  }

  async #createSession(graph: Graph): Promise<Session> {
    const weights = await this.#source.loadWeights(graph.parameters.keys());
    return createSession(graph, { weights, ...this.#settings });
  }
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.reduce((length, row) => length + row.length, 0));
  let start = 0;
  for (const row of rows) {
    all.set(row, start);
    start += row.length;
  }
  return all;
}

function floats(data: unknown): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new SemblanceError("internal", "A session returned a different number type than its graph declares.");
}
