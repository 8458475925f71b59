/** Captions of images by an image-to-text model of transformers.js, such as ViT-GPT2 or Florence-2. */
import { join } from "node:path";
import type { Processor, Tensor } from "@huggingface/transformers";
import { SemblanceError } from "@/lib/errors";
import type { RgbImage } from "@/lib/images/pixels";
import {
  type CaptionerType,
  captionerKind,
  captionerPrecision,
  captionerType,
  folderHas,
  readFolderConfig,
  usableModel,
} from "./captioner-files";
import { fullPrecision, type ModelSource, openModelPart } from "./model-source";

export interface ImageCaptioner {
  /** On one line; null where the model says nothing. */
  caption(image: RgbImage): Promise<string | null>;
  release(): Promise<void>;
}

/** Captions are a sentence; a model that does not find its end would write on. */
const mostNewTokens = 64;
/** Drafts are texts of others: cut where a caption would be refused. */
const longestDraft = 1000;
/** What Florence-2 is asked for, of the tasks that it knows: one sentence, as other models say. */
const florenceTask = "<CAPTION>";

/**
 * Opens a vision encoder with a text decoder, or Florence-2, in the layout in which they are published: see
 * `captioner-files.ts`. Each network is taken in the most precise form that is there.
 *
 * @throws SemblanceError as `captionerType`, `captionerPrecision` and `openModelPart`
 */
export async function openImageCaptioner(source: ModelSource): Promise<ImageCaptioner> {
  const library = await import("@huggingface/transformers");
  const { place, type, dtype } = await readLayout(source);
  const open = (options: Parameters<Parameters<typeof openModelPart>[2]>[0]) => {
    const Model = type === "florence2" ? library.AutoModelForImageTextToText : library.AutoModelForVision2Seq;
    return Promise.all([
      Model.from_pretrained(place.model, { ...options, ...fullPrecision, dtype }),
      library.AutoProcessor.from_pretrained(place.model, options),
      library.AutoTokenizer.from_pretrained(place.model, options),
    ]);
  };
  const [model, processor, tokenizer] = await openModelPart(place, captionerKind, open, usableModel);
  const readInputs = async (image: InstanceType<typeof library.RawImage>) => {
    if (type !== "florence2") {
      const { pixel_values } = await processor(image);
      return { inputs: pixel_values };
    }
    const { construct_prompts } = processor as Processor & { construct_prompts(task: string): string[] };
    return processor(image, construct_prompts.call(processor, florenceTask));
  };
  return {
    async caption({ data, width, height }) {
      try {
        const image = new library.RawImage(new Uint8ClampedArray(data), width, height, 3);
        const written = await model.generate({
          ...(await readInputs(image)),
          max_new_tokens: mostNewTokens,
        });
        const [text = ""] = tokenizer.batch_decode(written as Tensor, { skip_special_tokens: true });
        return toDraft(text);
      } catch (cause) {
        throw new SemblanceError("invalid_file", `${source.model} could not describe an image.`, {
          remedy: usableModel,
          cause,
        });
      }
    },
    async release() {
      await model.dispose();
    },
  };
}

type Layout = {
  place: ModelSource;
  type: CaptionerType;
  dtype: Awaited<ReturnType<typeof captionerPrecision>>;
};

/** A model that was downloaded before is opened as the folder that it lies in: no connection is needed. */
async function readLayout(source: ModelSource): Promise<Layout> {
  const { model, hubFolder } = source;
  if (hubFolder === undefined) return readFolderLayout(source);
  const { AutoConfig, ModelRegistry } = await import("@huggingface/transformers");
  return readFolderLayout({ model: join(hubFolder, model) }).catch(async () => {
    const type = await typeOf(
      source,
      await openModelPart(source, captionerKind, (options) => AutoConfig.from_pretrained(model, options)),
    );
    const dtype = await captionerPrecision(source, type, (file) =>
      openModelPart(source, captionerKind, (options) =>
        ModelRegistry.get_file_metadata(model, file, options).then(({ exists }) => exists),
      ),
    );
    return { place: source, type, dtype };
  });
}

async function readFolderLayout(place: ModelSource): Promise<Layout> {
  const type = await typeOf(place, await readFolderConfig(place.model));
  return { place, type, dtype: await captionerPrecision(place, type, folderHas(place.model)) };
}

async function typeOf(source: ModelSource, config: { model_type?: unknown }): Promise<CaptionerType> {
  const { AutoModelForImageTextToText } = await import("@huggingface/transformers");
  return captionerType(source, config, (type) => AutoModelForImageTextToText.supports(type));
}

function toDraft(text: string): string | null {
  const line = text
    .normalize("NFC")
    .replace(/[\s\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]+/gu, " ")
    .trim();
  return line === "" ? null : line.slice(0, longestDraft).trim();
}
