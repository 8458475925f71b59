/** The options of a noised CLIP: the keys of the published `clip/config.yaml`, and how they are inferred from its weights. */
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";

const size = z.number().int().min(1).max(65_536);

const clipOptionsSchema = z
  .strictObject({
    /** Factor on the cosine of an image and a caption. */
    logit_scale: z.number().positive().max(1e6),
    beta_schedule: z.string(),
    /** Of the full process: timesteps from 0 to one less. */
    n_timesteps: z.number().int().min(1).max(100_000),
    image_size: size.max(2048),
    patch_size: size.max(2048),
    n_vocab: size.max(10_000_000),
    max_text_len: size.min(2).max(16_384),
    n_embd: size,
    n_head_state_text: size,
    n_head_text: size.max(1024),
    n_xf_blocks_text: z.number().int().min(0).max(256),
    n_head_state_image: size,
    n_head_image: size.max(1024),
    n_xf_blocks_image: z.number().int().min(0).max(256),
  })
  .refine((options) => options.image_size % options.patch_size === 0, {
    path: ["patch_size"],
    message: "patch_size must divide image_size",
  });

export type ClipOptions = Readonly<z.infer<typeof clipOptionsSchema>>;

/** The published noised CLIP. */
export const publishedClip: ClipOptions = {
  logit_scale: 100,
  beta_schedule: "squaredcos_cap_v2",
  n_timesteps: 1000,
  image_size: 64,
  patch_size: 4,
  n_vocab: 65_536,
  max_text_len: 77,
  n_embd: 512,
  n_head_state_text: 64,
  n_head_text: 8,
  n_xf_blocks_text: 12,
  n_head_state_image: 64,
  n_head_image: 12,
  n_xf_blocks_image: 12,
};

/**
 * Reads options as a JSON file holds them; what is absent is as published.
 *
 * @param source names the file in error messages.
 * @throws SemblanceError `invalid_input` naming every option at fault.
 */
export function parseClipOptions(values: unknown, source: string): ClipOptions {
  const isObject = typeof values === "object" && values !== null && !Array.isArray(values);
  const parsed = clipOptionsSchema.safeParse(isObject ? { ...publishedClip, ...values } : values);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => [path.join("."), message].join(": "));
  throw new SemblanceError("invalid_input", `${source}: ${faults.join("; ")}.`, {
    remedy: "Correct the named options. Their names are those of the published clip/config.yaml.",
  });
}

type Shapes = ReadonlyMap<string, { readonly shape: readonly number[] }>;

/**
 * Infers sizes from the two encoders' tensors. What they do not show is as published: heads 64 wide and a logit
 * scale of 100.
 *
 * @param files the names of both files, for messages.
 * @throws SemblanceError `missing_tensor` naming the file and a tensor that every noised CLIP has; `invalid_input` for
 *   shapes that no options come to.
 */
export function inferClipOptions(image: Shapes, text: Shapes, files: { image: string; text: string }) {
  const imageShape = shapesOf(image, files.image, "clip_image_enc.pt");
  const textShape = shapesOf(text, files.text, "clip_text_enc.pt");
  const [imageWidth, , patchSize] = imageShape("blocks.input.patch_proj", 4);
  const [patchesAndOne] = imageShape("blocks.input.w_pos", 2);
  const [vocabulary, textWidth] = textShape("blocks.input.w_voc", 2);
  return parseClipOptions(
    {
      n_timesteps: imageShape("blocks.input.w_t", 2)[0],
      image_size: Math.round(Math.sqrt(patchesAndOne! - 1)) * patchSize!,
      patch_size: patchSize,
      n_vocab: vocabulary,
      max_text_len: textShape("blocks.input.w_pos", 2)[0],
      n_embd: imageShape("blocks.output.f.w", 2)[0],
      n_head_text: textWidth! / publishedClip.n_head_state_text,
      n_xf_blocks_text: countBlocks(text),
      n_head_image: imageWidth! / publishedClip.n_head_state_image,
      n_xf_blocks_image: countBlocks(image),
    },
    `${files.image} and ${files.text}`,
  );
}

function shapesOf(weights: Shapes, file: string, published: string) {
  return (name: string, axes: number): readonly number[] => {
    const shape = weights.get(name)?.shape;
    if (shape?.length === axes) return shape;
    throw new SemblanceError("missing_tensor", `${file}: no tensor ${name} with ${axes} axes.`, {
      remedy: `Give OpenAI's ${published}, or an encoder with its names.`,
    });
  };
}

function countBlocks(weights: Shapes): number {
  let count = 0;
  while (weights.has(`blocks.block_${count}.f_attn.ln.g`)) count++;
  return count;
}
