/** Two-dimensional convolution, its transpose, and the gradients that turn the one into the other. */
import type { ExecutionProvider } from "../graph/execution-provider";
import type { OnnxEmitter, Tensor } from "../graph/graph";
import { defineOperation, operandError } from "../graph/operation";
import { sameShape } from "../graph/tensor-type";
import { reduceSum } from "./broadcasting";
import { filterGradientByTaps } from "./filter-gradient";
import { matmul } from "./matmul";
import { concat, flip, reshape, slice, split, transpose } from "./shape";
import { type FourAxes, type Padding, paddingOf, windowCount } from "./windows";

type Geometry = {
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
  readonly groups: number;
};

export type ConvolutionOptions = {
  readonly stride?: number;
  /** Zeros around the image: on every side, or [top, left, bottom, right]. */
  readonly padding?: number | Padding;
  /** The distance of neighbouring kernel values on the image. */
  readonly dilation?: number;
  readonly groups?: number;
};

const applyConv2d = defineOperation<[x: Tensor, weight: Tensor, ...bias: Tensor[]], [y: Tensor], Geometry>({
  name: "conv2d",
  infer([x, weight, bias], geometry) {
    const operands = bias ? [x, weight, bias] : [x, weight];
    if (x.shape.length !== 4 || weight.shape.length !== 4) {
      throw operandError("conv2d", operands, "it takes [N, C, H, W] and [out, in / groups, height, width]");
    }
    const [images, channels, height, width] = x.shape as FourAxes;
    const [outputs, perGroup, ...kernel] = weight.shape as FourAxes;
    const { stride, dilation, padding, groups } = geometry;
    if (perGroup * groups !== channels || outputs % groups !== 0) {
      throw operandError(
        "conv2d",
        operands,
        `the weight does not fit ${channels} channels in ${groups} groups`,
      );
    }
    if (bias && !sameShape(bias.shape, [outputs])) {
      throw operandError("conv2d", operands, `the bias must be [${outputs}]`);
    }
    const [rows, columns] = windowCount([height, width], { kernel, stride, dilation, padding });
    if (!(rows >= 1 && columns >= 1))
      throw operandError("conv2d", operands, "the image is smaller than the kernel");
    return [{ shape: [images, outputs, rows, columns], dtype: "float32" }];
  },
  emit(onnx, { inputs, outputs, attributes }) {
    const [x, weight, ...bias] = inputs;
    const operands = isMiscomputed(onnx.provider, weight, attributes)
      ? [fillChannels(onnx, x), fillChannels(onnx, weight), ...bias]
      : inputs;
    onnx.node({ type: "Conv", inputs: operands, outputs, attributes: onnxAttributes(weight, attributes) });
  },
  gradient: ({ inputs: [x, weight], attributes }, [dy]) => [
    inputGradient(x, weight, dy, attributes),
    filterGradient(x, weight, dy, attributes),
    reduceSum(dy, [0, 2, 3]),
  ],
});

/**
 * Cross-correlation, as every deep-learning library's convolution.
 * @param x [N, C, H, W]
 * @param weight [outputs, C / groups, kernel height, kernel width]
 * @param bias [outputs]
 * @returns [N, outputs, H', W'] with H' = ⌊(H + top + bottom - dilation · (kernel height - 1) - 1) / stride⌋ + 1
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor, options: ConvolutionOptions = {}): Tensor {
  const { stride = 1, dilation = 1, padding = 0, groups = 1 } = options;
  const geometry = { stride, dilation, padding: paddingOf(padding), groups };
  return applyConv2d(bias ? [x, weight, bias] : [x, weight], geometry)[0];
}

type TransposedGeometry = Geometry & { readonly size: readonly [height: number, width: number] };

const applyConvTranspose2d = defineOperation<[y: Tensor, weight: Tensor], [x: Tensor], TransposedGeometry>({
  name: "convTranspose2d",
  infer([y, weight], { groups, size }) {
    if (y.shape.length !== 4 || weight.shape.length !== 4 || y.shape[1] !== weight.shape[0]) {
      throw operandError(
        "convTranspose2d",
        [y, weight],
        "it takes [N, out, H', W'] and [out, in / groups, h, w]",
      );
    }
    return [{ shape: [y.shape[0]!, weight.shape[1]! * groups, ...size], dtype: "float32" }];
  },
  emit(onnx, { inputs: [y, weight], outputs: [x], attributes }) {
    const { stride, dilation, padding, size } = attributes;
    // Rows and columns at the end that no window reached.
    const output_padding = [0, 1].map((axis) => {
      const reached = (y.shape[axis + 2]! - 1) * stride + (weight.shape[axis + 2]! - 1) * dilation + 1;
      return size[axis]! + padding[axis]! + padding[axis + 2]! - reached;
    });
    onnx.node({
      type: "ConvTranspose",
      inputs: [y, weight],
      outputs: [x],
      attributes: { ...onnxAttributes(weight, attributes), output_padding },
    });
  },
  gradient: ({ inputs: [y, weight], attributes: { size, ...geometry } }, [dx]) => [
    conv2d(dx, weight, undefined, geometry),
    filterGradient(dx, weight, y, geometry),
  ],
});

/**
 * The linear map transposed to `conv2d` without bias: it spreads every value of `y` over the window that it
 * would have been computed from.
 * @param y [N, outputs, H', W']
 * @param weight [outputs, C / groups, kernel height, kernel width], as for conv2d
 * @param size of the image [H, W] that conv2d would turn into [H', W']
 * @returns [N, C, H, W]
 */
export function convTranspose2d(
  y: Tensor,
  weight: Tensor,
  size: readonly [height: number, width: number],
  options: ConvolutionOptions = {},
): Tensor {
  const { stride = 1, dilation = 1, padding = 0, groups = 1 } = options;
  return applyConvTranspose2d([y, weight], {
    stride,
    dilation,
    padding: paddingOf(padding),
    groups,
    size,
  })[0];
}

/** Up to this many pixels ConvTranspose is the faster way to an input gradient on the CPU. */
const smallImagePixels = 64;

/** dLoss/dx. At stride 1 a convolution with the kernels turned around is several times faster than ConvTranspose. */
function inputGradient(x: Tensor, weight: Tensor, dy: Tensor, geometry: Geometry): Tensor {
  const [, , height, width] = x.shape as FourAxes;
  const [outputs, channels, kernelHeight, kernelWidth] = weight.shape as FourAxes;
  const [top, left, bottom, right] = geometry.padding;
  const overhang: Padding = [
    kernelHeight - 1 - top,
    kernelWidth - 1 - left,
    kernelHeight - 1 - bottom,
    kernelWidth - 1 - right,
  ];
  const pointwise = kernelHeight * kernelWidth === 1;
  if (!isDense(geometry) || overhang.some((size) => size < 0)) {
    return convTranspose2d(dy, weight, [height, width], geometry);
  }
  if (pointwise) {
    const swapped = transpose(reshape(weight, [outputs, channels]), [1, 0]);
    return conv2d(dy, reshape(swapped, [channels, outputs, 1, 1]));
  }
  if (height * width <= smallImagePixels) return convTranspose2d(dy, weight, [height, width], geometry);
  return conv2d(dy, flip(transpose(weight, [1, 0, 2, 3]), [2, 3]), undefined, { padding: overhang });
}

/** dLoss/dweight: for every kernel position, the product of the output's gradient with the pixels it looked at. */
function filterGradient(x: Tensor, weight: Tensor, dy: Tensor, geometry: Geometry): Tensor {
  const [images, channels, height, width] = x.shape as FourAxes;
  const [outputs, , kernelHeight, kernelWidth] = weight.shape as FourAxes;
  const { stride, dilation, padding, groups } = geometry;
  const [top, left, bottom, right] = padding;
  if (groups > 1) {
    const perGroup = (tensor: Tensor, size: number, axis: number) =>
      split(tensor, Array<number>(groups).fill(size / groups), axis);
    const [xs, weights, dys] = [
      perGroup(x, channels, 1),
      perGroup(weight, outputs, 0),
      perGroup(dy, outputs, 1),
    ];
    const parts = xs.map((part, group) =>
      filterGradient(part, weights[group]!, dys[group]!, { ...geometry, groups: 1 }),
    );
    return concat(parts, 0);
  }
  if (isDense(geometry) && kernelHeight * kernelWidth === 1 && Math.max(...padding) === 0) {
    const [xs, dys] = [x, dy].map((t) => reshape(t, [images, t.shape[1]!, height * width]));
    return reshape(reduceSum(matmul(dys!, xs!, { transposeB: true }), [0]), weight.shape);
  }
  const reach = Math.min(kernelHeight - 1 - Math.max(top, bottom), kernelWidth - 1 - Math.max(left, right));
  if (isDense(geometry) && reach >= 0) {
    return filterGradientByTaps(x, dy, [kernelHeight, kernelWidth], padding);
  }
  // In general it is a convolution of x with dy in which images and channels, stride and dilation swap roles.
  const swap = (tensor: Tensor) => transpose(tensor, [1, 0, 2, 3]);
  const options = { stride: dilation, dilation: stride, padding };
  const correlation = swap(conv2d(swap(x), swap(dy), undefined, options));
  const rows = slice(correlation, { axis: 2, start: 0, end: kernelHeight });
  return slice(rows, { axis: 3, start: 0, end: kernelWidth });
}

function isDense({ stride, dilation, groups }: Geometry): boolean {
  return stride === 1 && dilation === 1 && groups === 1;
}

/**
 * ONNX Runtime 1.30 reads channels in threes on WebGPU where their number is a multiple of 3 and not of 4, into the
 * lanes of a vector of four where the outputs are a multiple of 4: every sum is wrong then. Three channels alone,
 * and kernels of one pixel, go other ways.
 */
function isMiscomputed(provider: ExecutionProvider, weight: Tensor, { groups }: Geometry): boolean {
  const [outputs, channels, ...kernel] = weight.shape as FourAxes;
  const hasWindow = Math.max(...kernel) > 1;
  const inThrees = channels > 3 && channels % 3 === 0 && channels % 4 !== 0;
  return provider === "webgpu" && groups === 1 && hasWindow && inThrees && outputs % 4 === 0;
}

/** Zeros behind the second axis, up to a multiple of 4. */
function fillChannels(onnx: OnnxEmitter, tensor: Tensor): string {
  const filled = onnx.temporary();
  const missing = 4 - (tensor.shape[1]! % 4);
  const margins = onnx.integers([0, 0, 0, 0, 0, missing, 0, 0]);
  onnx.node({ type: "Pad", inputs: [tensor, margins], outputs: [filled] });
  return filled;
}

function onnxAttributes(weight: Tensor, { stride, dilation, padding, groups }: Geometry) {
  return {
    kernel_shape: weight.shape.slice(2),
    strides: [stride, stride],
    dilations: [dilation, dilation],
    pads: padding,
    group: groups,
  };
}
