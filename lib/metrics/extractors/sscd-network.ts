/** SSCD's network: torchvision's ResNet-50 with another pooling and 512 outputs, as a graph of our engine. */
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import type { Weight, WeightSource } from "@/lib/engine/graph/weights";
import * as op from "@/lib/engine/ops";
import { SemblanceError } from "@/lib/errors";
import { foldBatchNorm } from "./fold-batch-norm";

/** Values per image. */
export const sscdDims = 512;

/** Blocks of each of the four stages, and the width inside them; a block's output is four times as wide. */
const stages = [
  { blocks: 3, width: 64 },
  { blocks: 4, width: 128 },
  { blocks: 6, width: 256 },
  { blocks: 3, width: 512 },
] as const;
const EXPANSION = 4;

/** Below this the pooling takes values for this, since it takes their logarithm's root; its authors' constant. */
const LEAST_ACTIVATION = 1e-6;
const BATCH_NORM_EPSILON = 1e-5;

/**
 * Pizzi et al., "A Self-Supervised Descriptor for Image Copy Detection" (CVPR 2022), the variant of torchvision's
 * layout: ResNet-50 (He et al. 2016; the stride is on the 3 × 3 kernels), generalised mean pooling with exponent 3,
 * a linear layer.
 *
 * Input `images` is [batch, 3, side, side]; output `descriptors` is [batch, 512], not brought to unit length.
 */
export function buildSscdNetwork(batch: number, sidePx: number): Graph {
  const graph = new Graph("SSCD");
  const conv = (name: string, x: Tensor, channels: number, size: number, stride = 1) => {
    const weight = graph.parameter(`${name}.weight`, [channels, x.shape[1]!, size, size]);
    const bias = graph.parameter(`${name}.bias`, [channels]);
    return op.conv2d(x, weight, bias, { stride, padding: (size - 1) / 2 });
  };
  let x = graph.input("images", [batch, 3, sidePx, sidePx]);
  x = op.relu(conv("conv1", x, 64, 7, 2));
  x = op.maxPool2d(x, { kernel: 3, stride: 2, padding: 1 });
  for (const [i, { blocks, width }] of stages.entries()) {
    for (let j = 0; j < blocks; j++) {
      const name = `layer${i + 1}.${j}`;
      const stride = i > 0 && j === 0 ? 2 : 1;
      const shortcut = j === 0 ? conv(`${name}.downsample`, x, EXPANSION * width, 1, stride) : x;
      let y = op.relu(conv(`${name}.conv1`, x, width, 1));
      y = op.relu(conv(`${name}.conv2`, y, width, 3, stride));
      y = conv(`${name}.conv3`, y, EXPANSION * width, 1);
      x = op.relu(op.add(y, shortcut));
    }
  }
  const width = x.shape[1]!;
  const weight = graph.parameter("fc.weight", [sscdDims, width]);
  const bias = graph.parameter("fc.bias", [sscdDims]);
  graph.output("descriptors", op.add(op.linear(generalisedMean(x), weight), bias));
  return graph;
}

/** The cube root of the mean cube of each channel: [N, C, H, W] → [N, C]. */
function generalisedMean(x: Tensor): Tensor {
  const positive = op.add(op.relu(op.sub(x, LEAST_ACTIVATION)), LEAST_ACTIVATION);
  const mean = op.reduceMean(op.mul(op.mul(positive, positive), positive), [2, 3]);
  return op.exp(op.mul(op.log(mean), 1 / 3));
}

/**
 * The stored weights under the graph's names, batch norms folded into the convolutions before them.
 *
 * @param stored tensors by the names of `sscd_disc_mixup.torchvision.pt` (`backbone.layer1.0.conv1.weight`, ...)
 * @throws SemblanceError as `foldBatchNorm`
 */
export function foldSscdWeights(stored: WeightSource): WeightSource {
  const folded = new Map<string, Weight>();
  const fold = (name: string, kernel: string, norm: string) => {
    const names = {
      kernel: `backbone.${kernel}.weight`,
      norm: `backbone.${norm}`,
      epsilon: BATCH_NORM_EPSILON,
    };
    const { weight, bias } = foldBatchNorm(stored, names, "SSCD");
    folded.set(`${name}.weight`, weight);
    folded.set(`${name}.bias`, bias);
  };
  fold("conv1", "conv1", "bn1");
  for (const [i, { blocks }] of stages.entries()) {
    for (let j = 0; j < blocks; j++) {
      const name = `layer${i + 1}.${j}`;
      for (const k of [1, 2, 3]) fold(`${name}.conv${k}`, `${name}.conv${k}`, `${name}.bn${k}`);
      if (j === 0) fold(`${name}.downsample`, `${name}.downsample.0`, `${name}.downsample.1`);
    }
  }
  for (const part of ["fc.weight", "fc.bias"]) {
    const weight = stored.get(`backbone.${part}`);
    if (!weight) {
      throw new SemblanceError("missing_tensor", `The SSCD weights have no tensor backbone.${part}.`, {
        remedy: "Use sscd_disc_mixup.torchvision.pt, which `npx semblance weights get sscd` downloads.",
      });
    }
    folded.set(part, weight);
  }
  return folded;
}
