/** GLIDE's UNet: from a noisy image, a timestep and an encoded caption to noise and variance. */
import type { Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import {
  attentionBlock,
  type BlockSettings,
  type DropoutHook,
  enlargingConvolution,
  residualBlock,
  shrinkingConvolution,
} from "./blocks";
import { enlargeBilinear } from "./enlarge-bilinear";
import { convolution, groupNorm, linear } from "./layers";
import type { ModelArchitecture } from "./model-options";
import type { TextConditioning } from "./text-conditioning";

export type UNetInputs = {
  /** [B, 3, size, size], the noisy image. */
  readonly images: Tensor;
  /** [B, baseChannels], see timestepEmbedding. */
  readonly timestepEmbedding: Tensor;
  /** Null for models without text. */
  readonly text: TextConditioning | null;
  /**
   * What is known of the finished images, for inpainting models: `images` [B, 3, size, size] in [-1, 1], and `mask`
   * [B, 1, size, size], 1 where they are known. The model sees the images times the mask.
   */
  readonly known: { readonly images: Tensor; readonly mask: Tensor } | null;
  /** [B, 3, h, w] in [-1, 1], the image to enlarge; null for base models. */
  readonly lowResImages: Tensor | null;
};

/**
 * Predicts, for each noisy image, the noise in it (channels 0–2) and where its log variance is between the
 * smallest and the largest sensible (channels 3–5, -1 to 1): [B, 6, size, size].
 *
 * Architecture of Dhariwal & Nichol 2021 with GLIDE's text conditioning; parameter names of openai/glide-text2im.
 */
export function unet(model: ModelArchitecture, inputs: UNetInputs, dropout: DropoutHook = (x) => x): Tensor {
  const settings: BlockSettings = {
    scaleShiftNorm: model.scaleShiftNorm,
    normGroups: model.normGroups,
    conditioning: op.silu(conditioningEmbedding(model, inputs)),
    text: inputs.text?.keysAndValues ?? null,
    dropout,
  };
  const entering = [inputs.images];
  if (inputs.known !== null) {
    const { images: known, mask } = inputs.known;
    entering.push(op.mul(known, mask), mask);
  }
  if (inputs.lowResImages !== null) entering.push(enlargeBilinear(inputs.lowResImages, model.imageSizePx));
  const images = entering.length === 1 ? inputs.images : op.concat(entering, 1);
  const { deepest, skips } = shrinkingHalf(model, images, settings);
  const middle = middleBlock(model, deepest, settings);
  const features = enlargingHalf(model, middle, skips, settings);
  const { graph } = features;
  return graph.block(() => {
    const normed = op.silu(groupNorm("out.0", features, model.normGroups));
    return graph.inFullPrecision(() => convolution("out.2", normed, model.outChannels, { kernel: 3 }));
  });
}

/** The timestep through two linear layers, plus the pooled caption: [B, timestepChannels]. */
function conditioningEmbedding(model: ModelArchitecture, inputs: UNetInputs): Tensor {
  const hidden = op.silu(linear("time_embed.0", inputs.timestepEmbedding, model.timestepChannels));
  const time = linear("time_embed.2", hidden, model.timestepChannels);
  return inputs.text === null ? time : op.add(time, inputs.text.pooled);
}

function shrinkingHalf(
  model: ModelArchitecture,
  images: Tensor,
  settings: BlockSettings,
): { deepest: Tensor; skips: Tensor[] } {
  const widthOf = (level: number) => model.baseChannels * model.channelMultipliers[level]!;
  let h = convolution("input_blocks.0.0", images, widthOf(0), { kernel: 3 });
  const skips = [h];
  for (let level = 0; level < model.channelMultipliers.length; level++) {
    for (let block = 0; block < model.residualBlocks; block++) {
      const name = `input_blocks.${skips.length}`;
      h = residualBlock(`${name}.0`, h, widthOf(level), settings);
      if (model.attends[level]) {
        h = attentionBlock(`${name}.1`, h, model.headsOf(widthOf(level), "shrinking"), settings);
      }
      skips.push(h);
    }
    if (level < model.channelMultipliers.length - 1) {
      const name = `input_blocks.${skips.length}.0`;
      h = model.residualResampling
        ? residualBlock(name, h, widthOf(level), settings, "shrink")
        : shrinkingConvolution(name, h);
      skips.push(h);
    }
  }
  return { deepest: h, skips };
}

function middleBlock(model: ModelArchitecture, x: Tensor, settings: BlockSettings): Tensor {
  const channels = x.shape[1]!;
  const entered = residualBlock("middle_block.0", x, channels, settings);
  const heads = model.headsOf(channels, "shrinking");
  const attended = attentionBlock("middle_block.1", entered, heads, settings);
  return residualBlock("middle_block.2", attended, channels, settings);
}

function enlargingHalf(
  model: ModelArchitecture,
  middle: Tensor,
  skips: readonly Tensor[],
  settings: BlockSettings,
): Tensor {
  const remaining = [...skips];
  let h = middle;
  let index = 0;
  for (let level = model.channelMultipliers.length - 1; level >= 0; level--) {
    const channels = model.baseChannels * model.channelMultipliers[level]!;
    for (let block = 0; block <= model.residualBlocks; block++) {
      const name = `output_blocks.${index}`;
      const joined = [h, remaining.pop()!];
      h = h.graph.block(() => residualBlock(`${name}.0`, op.concat(joined, 1), channels, settings));
      if (model.attends[level]) {
        h = attentionBlock(`${name}.1`, h, model.headsOf(channels, "enlarging"), settings);
      }
      if (level > 0 && block === model.residualBlocks) {
        const enlarger = `${name}.${model.attends[level] ? 2 : 1}`;
        h = model.residualResampling
          ? residualBlock(enlarger, h, channels, settings, "enlarge")
          : enlargingConvolution(enlarger, h);
      }
      index++;
    }
  }
  return h;
}
