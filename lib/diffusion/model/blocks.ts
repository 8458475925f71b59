/** The UNet's blocks: residual blocks conditioned on the timestep, attention to image and text, resampling. */
import type { Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { convolution, groupNorm, linear, pointwise } from "./layers";
import type { TextKeysAndValues } from "./text-conditioning";

/**
 * What happens before the last convolution of a residual block: the identity when sampling; in training the caller
 * may drop values of x [N, C, H, W]. `block` is the block's parameter prefix, a stable name for a mask.
 */
export type DropoutHook = (x: Tensor, block: string) => Tensor;

/** What all blocks of one UNet share. */
export type BlockSettings = {
  readonly scaleShiftNorm: boolean;
  /** Groups of every group norm. */
  readonly normGroups: number;
  /** SiLU of the conditioning embedding, [N, timestepChannels]. */
  readonly conditioning: Tensor;
  /** Null without text. */
  readonly text: TextKeysAndValues | null;
  readonly dropout: DropoutHook;
};

/**
 * A residual block (Dhariwal & Nichol 2021, appendix A): norm, SiLU, resampling, 3×3 convolution; the conditioning
 * enters as scale and shift of the second norm, or is added before it; then SiLU, dropout, 3×3 convolution. The
 * shortcut is a 1×1 convolution where the width changes.
 *
 * @param x [N, C, H, W]; the result is [N, outChannels, H', W'], with H' = 2H for "enlarge" and H / 2 for "shrink".
 */
export function residualBlock(
  name: string,
  x: Tensor,
  outChannels: number,
  settings: BlockSettings,
  resampling: "keep" | "enlarge" | "shrink" = "keep",
): Tensor {
  return x.graph.block(() => residualLayers(name, x, outChannels, settings, resampling));
}

function residualLayers(
  name: string,
  x: Tensor,
  outChannels: number,
  settings: BlockSettings,
  resampling: "keep" | "enlarge" | "shrink",
): Tensor {
  const resample = { keep: (y: Tensor) => y, enlarge: op.upsampleNearest2x, shrink: halve }[resampling];
  const entered = resample(op.silu(groupNorm(`${name}.in_layers.0`, x, settings.normGroups)));
  const h = convolution(`${name}.in_layers.2`, entered, outChannels, { kernel: 3 });

  const normed = conditionedNorm(name, h, settings);
  const dropped = settings.dropout(op.silu(normed), name);
  const residue = convolution(`${name}.out_layers.3`, dropped, outChannels, { kernel: 3 });

  const shortcut = resample(x);
  return op.add(
    x.shape[1] === outChannels
      ? shortcut
      : convolution(`${name}.skip_connection`, shortcut, outChannels, { kernel: 1 }),
    residue,
  );
}

function conditionedNorm(
  name: string,
  h: Tensor,
  { scaleShiftNorm, normGroups, conditioning }: BlockSettings,
): Tensor {
  const [batch, channels] = h.shape as readonly [number, number];
  if (!scaleShiftNorm) {
    const shift = linear(`${name}.emb_layers.1`, conditioning, channels);
    return groupNorm(
      `${name}.out_layers.0`,
      op.add(h, op.reshape(shift, [batch, channels, 1, 1])),
      normGroups,
    );
  }
  const [scale, shift] = op.split(
    linear(`${name}.emb_layers.1`, conditioning, 2 * channels),
    [channels, channels],
    1,
  ) as [Tensor, Tensor];
  return groupNorm(`${name}.out_layers.0`, h, normGroups, { scale, shift });
}

/**
 * Attention of every position of x [N, C, H, W] to all tokens of the text and all positions, added to x. Text keys
 * and values are before the image's, without a mask (GLIDE, section 4).
 */
export function attentionBlock(
  name: string,
  x: Tensor,
  heads: number,
  settings: Pick<BlockSettings, "normGroups" | "text">,
): Tensor {
  return x.graph.block(() => attentionLayers(name, x, heads, settings));
}

function attentionLayers(
  name: string,
  x: Tensor,
  heads: number,
  { normGroups, text }: Pick<BlockSettings, "normGroups" | "text">,
): Tensor {
  const [batch, channels, height, width] = x.shape as readonly [number, number, number, number];
  const headChannels = channels / heads;
  const positions = height * width;
  const projected = pointwise(`${name}.qkv`, groupNorm(`${name}.norm`, x, normGroups), 3 * channels);
  let [query, key, value] = op.split(
    op.reshape(projected, [batch * heads, 3 * headChannels, positions]),
    [headChannels, headChannels, headChannels],
    1,
  ) as [Tensor, Tensor, Tensor];
  if (text !== null) {
    const keysAndValues = text(name, channels);
    const [textKey, textValue] = op.split(
      op.reshape(keysAndValues, [batch * heads, 2 * headChannels, keysAndValues.shape[2]!]),
      [headChannels, headChannels],
      1,
    ) as [Tensor, Tensor];
    key = op.concat([textKey, key], 2);
    value = op.concat([textValue, value], 2);
  }
  const heard = op.attention(query, key, value, { scale: 1 / Math.sqrt(headChannels), channelsFirst: true });
  return op.add(x, pointwise(`${name}.proj_out`, op.reshape(heard, x.shape), channels));
}

/** Doubles height and width: nearest neighbours, then a 3×3 convolution. */
export function enlargingConvolution(name: string, x: Tensor): Tensor {
  return x.graph.block(() =>
    convolution(`${name}.conv`, op.upsampleNearest2x(x), x.shape[1]!, { kernel: 3 }),
  );
}

/** Halves height and width by a 3×3 convolution of stride 2. */
export function shrinkingConvolution(name: string, x: Tensor): Tensor {
  return convolution(`${name}.op`, x, x.shape[1]!, { kernel: 3, stride: 2 });
}

/** Halves height and width by the mean of 2×2 squares. */
function halve(x: Tensor): Tensor {
  return op.averagePool2d(x, { kernel: 2 });
}
