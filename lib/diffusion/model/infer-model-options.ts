/** Infers a model's options from the names and shapes of its tensors, so that checkpoints need no separate options file. */
import { SemblanceError } from "@/lib/errors";
import { baseDefaults, type ModelOptions, parseModelOptions, upsamplerDefaults } from "./model-options";

type Shape = readonly number[];

/** GLIDE's attention heads are 64 channels wide, in the UNet and in the text transformer. */
const HEAD_WIDTH = 64;

/** Text transformers have at least this many heads, so narrow ones have narrower heads than GLIDE's. */
const FEWEST_TEXT_HEADS = 4;

/**
 * Infers the options of a GLIDE checkpoint.
 *
 * Widths, depths, attention, text and kind follow from the shapes. Options that the shapes do not show follow rules:
 *
 * - heads of the UNet are 64 channels wide, or as wide as the largest smaller power of two that divides every
 *   attending width; the text transformer has one head per 64 channels, but at least 4;
 * - group norms have the reference's 32 groups;
 * - the noise schedule and dropout are the published ones of its kind (cosine for base models, linear for
 *   upsamplers), over 1000 steps.
 *
 * A model that deviates from these needs its options as a JSON file.
 *
 * @param weights anything that knows the tensors' shapes by name.
 * @param source names the file in messages.
 * @throws SemblanceError `missing_tensor` where a tensor that every GLIDE model has is absent; `unsupported_file`
 *   for another number of input channels; `invalid_input` as parseModelOptions, for shapes that no options come to.
 */
export function inferModelOptions(
  weights: ReadonlyMap<string, { readonly shape: Shape }>,
  source = "The checkpoint",
): ModelOptions {
  const shapeOf = (name: string): Shape => {
    const tensor = weights.get(name);
    if (tensor === undefined) {
      throw new SemblanceError(
        "missing_tensor",
        `${source}: no tensor ${name}, which every GLIDE model has.`,
        {
          remedy:
            "Give a GLIDE text-to-image or upsampler checkpoint (its state_dict, with the reference's names).",
        },
      );
    }
    return tensor.shape;
  };
  const { defaults, inpaint } = readKind(shapeOf("input_blocks.0.0.weight"), source);
  const channels = shapeOf("time_embed.0.weight")[1]!;
  const levels = readLevels(weights, shapeOf);
  const imageSize = 2 ** (levels.multipliers.length + 2);
  const scaleShift =
    shapeOf("middle_block.0.emb_layers.1.weight")[0] ===
    2 * shapeOf("middle_block.0.out_layers.3.weight")[0]!;
  const inferred = {
    ...defaults,
    inpaint,
    image_size: imageSize,
    num_channels: channels,
    num_res_blocks: levels.residualBlocks,
    channel_mult: levels.multipliers.join(","),
    attention_resolutions: levels.attends
      .flatMap((attends, level) => (attends ? [imageSize / 2 ** level] : []))
      .join(","),
    num_head_channels: headWidth(
      levels.multipliers
        .filter((_, level) => levels.attends[level] || level === levels.multipliers.length - 1)
        .map((multiplier) => multiplier * channels),
    ),
    use_scale_shift_norm: scaleShift,
    resblock_updown: levels.residualResampling,
    ...inferText(weights, shapeOf),
  };
  // Shapes from an untrusted file may imply sizes for which no graph should be built.
  return parseModelOptions(inferred, source);
}

/** Input channels besides the 3 noisy ones: 4 for known pixels and their mask, 3 for the image to upsample. */
const kinds: ReadonlyMap<number, { defaults: ModelOptions; inpaint: boolean }> = new Map([
  [3, { defaults: baseDefaults, inpaint: false }],
  [6, { defaults: upsamplerDefaults, inpaint: false }],
  [7, { defaults: baseDefaults, inpaint: true }],
  [10, { defaults: upsamplerDefaults, inpaint: true }],
]);

function readKind(firstWeight: Shape, source: string) {
  const kind = kinds.get(firstWeight[1] ?? 0);
  if (kind) return kind;
  throw new SemblanceError(
    "unsupported_file",
    `${source}: input_blocks.0.0.weight has shape [${firstWeight.join(", ")}]; a base model has 3 input channels, an upsampler 6, and 4 more for inpainting.`,
    { remedy: "Use one of GLIDE's checkpoints: base.pt, upsample.pt, or their inpainting versions." },
  );
}

type Levels = {
  multipliers: number[];
  attends: boolean[];
  residualBlocks: number;
  residualResampling: boolean;
};

/**
 * Walks the shrinking half. A block of it is a residual block (its convolution's first axis is the level's width)
 * or a resampling one, which is the block after the last of a level: a bare convolution, or a residual block that
 * the enlarging half answers with its own enlarging layer.
 */
function readLevels(
  weights: ReadonlyMap<string, { readonly shape: Shape }>,
  shapeOf: (name: string) => Shape,
): Levels {
  const channels = shapeOf("time_embed.0.weight")[1]!;
  const inputBlocks = countBlocks(weights, "input_blocks");
  const outputBlocks = countBlocks(weights, "output_blocks");
  // 1 + levels · blocks + (levels - 1) blocks shrink, levels · (blocks + 1) enlarge: both counts are equal, and
  // the first enlarging block with a second layer that is not an attention ends the deepest level.
  const first = Array.from({ length: outputBlocks }, (_, index) => index).find((index) =>
    hasEnlarger(weights, index),
  );
  const residualBlocks = first ?? outputBlocks - 1;
  const multipliers: number[] = [];
  const attends: boolean[] = [];
  for (let block = 1; block < inputBlocks; block += residualBlocks + 1) {
    multipliers.push(shapeOf(`input_blocks.${block}.0.in_layers.2.weight`)[0]! / channels);
    attends.push(weights.has(`input_blocks.${block}.1.qkv.weight`));
  }
  return {
    multipliers,
    attends,
    residualBlocks,
    residualResampling:
      multipliers.length === 1 || !weights.has(`input_blocks.${residualBlocks + 1}.0.op.weight`),
  };
}

function hasEnlarger(weights: ReadonlyMap<string, unknown>, index: number): boolean {
  return [1, 2].some(
    (layer) =>
      weights.has(`output_blocks.${index}.${layer}.conv.weight`) ||
      weights.has(`output_blocks.${index}.${layer}.in_layers.2.weight`),
  );
}

function countBlocks(weights: ReadonlyMap<string, unknown>, half: string): number {
  const pattern = new RegExp(`^${half}\\.(\\d+)\\.`);
  let count = 0;
  for (const name of weights.keys()) count = Math.max(count, Number(pattern.exec(name)?.[1] ?? -1) + 1);
  // A larger number only means that tensors are missing; in a hostile file it could be anything.
  return Math.min(count, weights.size);
}

function headWidth(attendingWidths: readonly number[]): number {
  // The reference's 32 groups divide every width, so the search ends there at the latest.
  let width = HEAD_WIDTH;
  while (width > baseDefaults.norm_groups && attendingWidths.some((channels) => channels % width !== 0))
    width /= 2;
  return width;
}

function inferText(
  weights: ReadonlyMap<string, { readonly shape: Shape }>,
  shapeOf: (name: string) => Shape,
): Partial<ModelOptions> {
  if (!weights.has("token_embedding.weight")) return { xf_width: 0 };
  const [vocabularySize, width] = shapeOf("token_embedding.weight") as readonly [number, number];
  const layers = countBlocks(weights, "transformer\\.resblocks");
  return {
    vocabulary_size: vocabularySize,
    text_ctx: shapeOf("positional_embedding")[0]!,
    xf_width: width,
    xf_layers: layers,
    xf_heads: Math.max(FEWEST_TEXT_HEADS, Math.floor(width / HEAD_WIDTH)),
    xf_final_ln: weights.has("final_ln.weight"),
    xf_padding: weights.has("padding_embedding"),
  };
}
