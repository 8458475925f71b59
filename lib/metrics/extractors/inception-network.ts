/** The Inception network of FID, with the layout of pytorch-fid's weights, as a graph of our engine. */
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import type { Weight, WeightSource } from "@/lib/engine/graph/weights";
import * as op from "@/lib/engine/ops";
import { type InceptionLayer, inceptionLayers } from "../catalogue/feature-spec";
import { foldBatchNorm } from "./fold-batch-norm";

/** Side of the square input images. */
export const inceptionInputSize = 299;

/** Classes of the 2015 checkpoint's last layer: ImageNet's thousand and eight unused. */
export const inceptionClasses = 1008;

/** What the network divides by may be a variance of zero; its authors' constant. */
const BATCH_NORM_EPSILON = 1e-3;

type KernelOptions = {
  stride?: number;
  padding?: [top: number, left: number, bottom: number, right: number];
};

/**
 * Szegedy et al.'s Inception v3 as exported for FID in 2015, where the averaging branches ignore the padding and the
 * last block's pool takes maxima instead (mseitzer/pytorch-fid, inception.py).
 *
 * Input `images` is [batch, 3, 299, 299] in [-1, 1]; outputs are named by their width ("64" ... "2048"), each
 * [batch, width], and "logits", [batch, 1008], without the last layer's bias as torch-fidelity takes them.
 */
export function buildInceptionNetwork(batch: number, outputs: readonly (InceptionLayer | "logits")[]): Graph {
  const graph = new Graph("FID Inception");
  const wanted = new Set<InceptionLayer | "logits">(outputs);
  const deepest = wanted.has("logits")
    ? 2048
    : Math.max(...inceptionLayers.filter((layer) => wanted.has(layer)));
  const emit = (layer: InceptionLayer, x: Tensor) => {
    if (wanted.has(layer)) graph.output(String(layer), op.globalAveragePool(x));
    return layer === deepest && !(layer === 2048 && wanted.has("logits"));
  };
  const conv = (
    name: string,
    x: Tensor,
    channels: number,
    kernel: [number, number],
    options: KernelOptions = {},
  ) => {
    const weight = graph.parameter(`${name}.weight`, [channels, x.shape[1]!, ...kernel]);
    const bias = graph.parameter(`${name}.bias`, [channels]);
    return op.relu(op.conv2d(x, weight, bias, options));
  };

  let x = graph.input("images", [batch, 3, inceptionInputSize, inceptionInputSize]);
  x = conv("Conv2d_1a_3x3", x, 32, [3, 3], { stride: 2 });
  x = conv("Conv2d_2a_3x3", x, 32, [3, 3]);
  x = conv("Conv2d_2b_3x3", x, 64, [3, 3], { padding: [1, 1, 1, 1] });
  x = op.maxPool2d(x, { kernel: 3, stride: 2 });
  if (emit(64, x)) return graph;
  x = conv("Conv2d_3b_1x1", x, 80, [1, 1]);
  x = conv("Conv2d_4a_3x3", x, 192, [3, 3]);
  x = op.maxPool2d(x, { kernel: 3, stride: 2 });
  if (emit(192, x)) return graph;
  x = blockA("Mixed_5b", x, 32, conv);
  x = blockA("Mixed_5c", x, 64, conv);
  x = blockA("Mixed_5d", x, 64, conv);
  x = blockB("Mixed_6a", x, conv);
  x = blockC("Mixed_6b", x, 128, conv);
  x = blockC("Mixed_6c", x, 160, conv);
  x = blockC("Mixed_6d", x, 160, conv);
  x = blockC("Mixed_6e", x, 192, conv);
  if (emit(768, x)) return graph;
  x = blockD("Mixed_7a", x, conv);
  x = blockE("Mixed_7b", x, averageWithoutPadding, conv);
  x = blockE("Mixed_7c", x, maximum, conv);
  if (emit(2048, x)) return graph;
  const classes = graph.parameter("fc.weight", [inceptionClasses, 2048]);
  graph.output("logits", op.linear(op.globalAveragePool(x), classes));
  return graph;
}

type Convolution = (
  name: string,
  x: Tensor,
  channels: number,
  kernel: [number, number],
  options?: KernelOptions,
) => Tensor;

const averageWithoutPadding = (x: Tensor) =>
  op.averagePool2d(x, { kernel: 3, stride: 1, padding: 1, countIncludePad: false });
const maximum = (x: Tensor) => op.maxPool2d(x, { kernel: 3, stride: 1, padding: 1 });

const SAME_1X7 = [0, 3, 0, 3] as [number, number, number, number];
const SAME_7X1 = [3, 0, 3, 0] as [number, number, number, number];

/** 1×1, 5×5 and double 3×3 convolutions and a pooled branch, side by side. */
function blockA(name: string, x: Tensor, pooled: number, conv: Convolution): Tensor {
  const five = conv(`${name}.branch5x5_1`, x, 48, [1, 1]);
  let double = conv(`${name}.branch3x3dbl_1`, x, 64, [1, 1]);
  double = conv(`${name}.branch3x3dbl_2`, double, 96, [3, 3], { padding: [1, 1, 1, 1] });
  return op.concat(
    [
      conv(`${name}.branch1x1`, x, 64, [1, 1]),
      conv(`${name}.branch5x5_2`, five, 64, [5, 5], { padding: [2, 2, 2, 2] }),
      conv(`${name}.branch3x3dbl_3`, double, 96, [3, 3], { padding: [1, 1, 1, 1] }),
      conv(`${name}.branch_pool`, averageWithoutPadding(x), pooled, [1, 1]),
    ],
    1,
  );
}

/** Halves 35 × 35 to 17 × 17. */
function blockB(name: string, x: Tensor, conv: Convolution): Tensor {
  let double = conv(`${name}.branch3x3dbl_1`, x, 64, [1, 1]);
  double = conv(`${name}.branch3x3dbl_2`, double, 96, [3, 3], { padding: [1, 1, 1, 1] });
  return op.concat(
    [
      conv(`${name}.branch3x3`, x, 384, [3, 3], { stride: 2 }),
      conv(`${name}.branch3x3dbl_3`, double, 96, [3, 3], { stride: 2 }),
      op.maxPool2d(x, { kernel: 3, stride: 2 }),
    ],
    1,
  );
}

/** Convolutions of 7 × 7 split into rows and columns. */
function blockC(name: string, x: Tensor, width: number, conv: Convolution): Tensor {
  let seven = conv(`${name}.branch7x7_1`, x, width, [1, 1]);
  seven = conv(`${name}.branch7x7_2`, seven, width, [1, 7], { padding: SAME_1X7 });
  seven = conv(`${name}.branch7x7_3`, seven, 192, [7, 1], { padding: SAME_7X1 });
  let double = conv(`${name}.branch7x7dbl_1`, x, width, [1, 1]);
  double = conv(`${name}.branch7x7dbl_2`, double, width, [7, 1], { padding: SAME_7X1 });
  double = conv(`${name}.branch7x7dbl_3`, double, width, [1, 7], { padding: SAME_1X7 });
  double = conv(`${name}.branch7x7dbl_4`, double, width, [7, 1], { padding: SAME_7X1 });
  double = conv(`${name}.branch7x7dbl_5`, double, 192, [1, 7], { padding: SAME_1X7 });
  const pooled = conv(`${name}.branch_pool`, averageWithoutPadding(x), 192, [1, 1]);
  return op.concat([conv(`${name}.branch1x1`, x, 192, [1, 1]), seven, double, pooled], 1);
}

/** Halves 17 × 17 to 8 × 8. */
function blockD(name: string, x: Tensor, conv: Convolution): Tensor {
  const three = conv(`${name}.branch3x3_1`, x, 192, [1, 1]);
  let seven = conv(`${name}.branch7x7x3_1`, x, 192, [1, 1]);
  seven = conv(`${name}.branch7x7x3_2`, seven, 192, [1, 7], { padding: SAME_1X7 });
  seven = conv(`${name}.branch7x7x3_3`, seven, 192, [7, 1], { padding: SAME_7X1 });
  return op.concat(
    [
      conv(`${name}.branch3x3_2`, three, 320, [3, 3], { stride: 2 }),
      conv(`${name}.branch7x7x3_4`, seven, 192, [3, 3], { stride: 2 }),
      op.maxPool2d(x, { kernel: 3, stride: 2 }),
    ],
    1,
  );
}

/** Convolutions of 3 × 3 split into a row and a column side by side. */
function blockE(name: string, x: Tensor, pool: (x: Tensor) => Tensor, conv: Convolution): Tensor {
  const rowAndColumn = (branch: string, from: Tensor) => [
    conv(`${name}.${branch}a`, from, 384, [1, 3], { padding: [0, 1, 0, 1] }),
    conv(`${name}.${branch}b`, from, 384, [3, 1], { padding: [1, 0, 1, 0] }),
  ];
  const three = conv(`${name}.branch3x3_1`, x, 384, [1, 1]);
  let double = conv(`${name}.branch3x3dbl_1`, x, 448, [1, 1]);
  double = conv(`${name}.branch3x3dbl_2`, double, 384, [3, 3], { padding: [1, 1, 1, 1] });
  return op.concat(
    [
      conv(`${name}.branch1x1`, x, 320, [1, 1]),
      ...rowAndColumn("branch3x3_2", three),
      ...rowAndColumn("branch3x3dbl_3", double),
      conv(`${name}.branch_pool`, pool(x), 192, [1, 1]),
    ],
    1,
  );
}

/**
 * The stored weights with every batch norm folded into the convolution before it.
 *
 * @param stored tensors by the names of pytorch-fid's checkpoint (`Mixed_5b.branch1x1.conv.weight`, ...)
 * @throws SemblanceError as `foldBatchNorm`
 */
export function foldInceptionWeights(stored: WeightSource): WeightSource {
  const folded = new Map<string, Weight>();
  const units = [...stored]
    .filter(([name]) => name.endsWith(".conv.weight"))
    .map(([name]) => name.slice(0, -".conv.weight".length));
  for (const unit of units.length > 0 ? units : ["Conv2d_1a_3x3"]) {
    const names = { kernel: `${unit}.conv.weight`, norm: `${unit}.bn`, epsilon: BATCH_NORM_EPSILON };
    const { weight, bias } = foldBatchNorm(stored, names, "Inception");
    folded.set(`${unit}.weight`, weight);
    folded.set(`${unit}.bias`, bias);
  }
  const classes = stored.get("fc.weight");
  if (classes) folded.set("fc.weight", classes);
  return folded;
}
