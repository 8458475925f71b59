/** Two-dimensional convolution, its transpose, and the gradients that turn the one into the other. */
import type { Tensor } from "../graph/graph";
import { defineOperation, operandError } from "../graph/operation";
import { sameShape } from "../graph/tensor-type";
import {
  type ConvolutionShape,
  convolution,
  convolutionFilterGradient,
  convolutionInputGradient,
} from "../webgpu/kernels/convolution";
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
    onnx.node({ type: "Conv", inputs, outputs, attributes: onnxAttributes(inputs[1], attributes) });
  },
  lower(card, { inputs, outputs: [y], attributes }) {
    const shape = shapeOf({ x: inputs[0], weight: inputs[1], y }, attributes);
    card.run(convolution({ ...shape, bias: inputs.length === 3 }, card.tuning), inputs, [y]);
  },
  gradient: ({ inputs: [x, weight], attributes }, [dy]) => [
    convTranspose2d(dy, weight, x.shape.slice(2) as [number, number], attributes),
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
    const overhang = turnedPadding(weight, attributes);
    if (overhang) {
      onnx.compose([y, weight], [x], (image, kernels) => [
        conv2d(image!, turned(kernels!), undefined, { padding: overhang }),
      ]);
      return;
    }
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
  lower(card, { inputs: [y, weight], outputs: [x], attributes }) {
    card.run(convolutionInputGradient(shapeOf({ x, weight, y }, attributes), card.tuning), [y, weight], [x]);
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

/**
 * At stride 1 a convolution with the kernels turned around computes the same as ConvTranspose, several times faster.
 * Its padding; null where there is no such convolution, or none that is faster.
 */
function turnedPadding(
  { shape }: Tensor,
  { size: [height, width], ...geometry }: TransposedGeometry,
): Padding | null {
  const [, , kernelHeight, kernelWidth] = shape as FourAxes;
  const [top, left, bottom, right] = geometry.padding;
  const overhang: Padding = [
    kernelHeight - 1 - top,
    kernelWidth - 1 - left,
    kernelHeight - 1 - bottom,
    kernelWidth - 1 - right,
  ];
  const pointwise = kernelHeight * kernelWidth === 1;
  if (!isDense(geometry) || overhang.some((size) => size < 0)) return null;
  return pointwise || height * width > smallImagePixels ? overhang : null;
}

/** [outputs, C, height, width] → [C, outputs, height, width], turned by 180°. */
function turned(weight: Tensor): Tensor {
  const [outputs, channels, height, width] = weight.shape as FourAxes;
  if (height * width > 1) return flip(transpose(weight, [1, 0, 2, 3]), [2, 3]);
  const swapped = transpose(reshape(weight, [outputs, channels]), [1, 0]);
  return reshape(swapped, [channels, outputs, 1, 1]);
}

type FilterGeometry = Geometry & { readonly kernel: readonly [height: number, width: number] };

const applyFilterGradient = defineOperation<[x: Tensor, dy: Tensor], [dweight: Tensor], FilterGeometry>({
  name: "filterGradient",
  infer([x, dy], { kernel, groups }) {
    return [{ shape: [dy.shape[1]!, x.shape[1]! / groups, ...kernel], dtype: "float32" }];
  },
  emit(onnx, { inputs, outputs, attributes }) {
    onnx.compose(inputs, outputs, (x, dy) => [composedFilterGradient(x!, dy!, attributes)]);
  },
  lower(card, { inputs: [x, dy], outputs: [dweight], attributes }) {
    const shape = shapeOf({ x, weight: dweight, y: dy }, attributes);
    card.run(convolutionFilterGradient(shape, card.tuning), [x, dy], [dweight]);
  },
  // It is linear in each: with either held, its transpose is one of the other two convolutions.
  gradient({ inputs: [x, dy], attributes: { kernel: _, ...geometry } }, [ddweight]) {
    const size = x.shape.slice(2) as [number, number];
    return [convTranspose2d(dy, ddweight, size, geometry), conv2d(x, ddweight, undefined, geometry)];
  },
});

/** dLoss/dweight: for every kernel position, the product of the output's gradient with the pixels it looked at. */
function filterGradient(x: Tensor, weight: Tensor, dy: Tensor, geometry: Geometry): Tensor {
  const kernel = weight.shape.slice(2) as [number, number];
  return applyFilterGradient([x, dy], { ...geometry, kernel })[0];
}

/** The fastest way to a filter gradient by operations that ONNX Runtime has. */
function composedFilterGradient(x: Tensor, dy: Tensor, { kernel, ...geometry }: FilterGeometry): Tensor {
  const [images, channels, height, width] = x.shape as FourAxes;
  const outputs = dy.shape[1]!;
  const { stride, dilation, padding, groups } = geometry;
  const [top, left, bottom, right] = padding;
  if (groups > 1) {
    const perGroup = (tensor: Tensor, size: number) =>
      split(tensor, Array<number>(groups).fill(size / groups), 1);
    const [xs, dys] = [perGroup(x, channels), perGroup(dy, outputs)];
    const parts = xs.map((part, group) =>
      composedFilterGradient(part, dys[group]!, { ...geometry, kernel, groups: 1 }),
    );
    return concat(parts, 0);
  }
  if (isDense(geometry) && kernel[0] * kernel[1] === 1 && Math.max(...padding) === 0) {
    const [xs, dys] = [x, dy].map((t) => reshape(t, [images, t.shape[1]!, height * width]));
    const product = reduceSum(matmul(dys!, xs!, { transposeB: true }), [0]);
    return reshape(product, [outputs, channels, 1, 1]);
  }
  const reach = Math.min(kernel[0] - 1 - Math.max(top, bottom), kernel[1] - 1 - Math.max(left, right));
  if (isDense(geometry) && reach >= 0) return filterGradientByTaps(x, dy, kernel, padding);
  // In general it is a convolution of x with dy in which images and channels, stride and dilation swap roles.
  const swap = (tensor: Tensor) => transpose(tensor, [1, 0, 2, 3]);
  const options = { stride: dilation, dilation: stride, padding };
  const correlation = swap(conv2d(swap(x), swap(dy), undefined, options));
  const rows = slice(correlation, { axis: 2, start: 0, end: kernel[0] });
  return slice(rows, { axis: 3, start: 0, end: kernel[1] });
}

/** The sizes of a convolution of `x` [N, C, H, W] to `y` [N, outputs, H', W']. */
function shapeOf(
  { x, weight, y }: { readonly x: Tensor; readonly weight: Tensor; readonly y: Tensor },
  { stride, dilation, padding, groups }: Geometry,
): ConvolutionShape {
  const [images, channels, ...size] = x.shape as FourAxes;
  const [, outputs, ...outputSize] = y.shape as FourAxes;
  const [, , ...kernel] = weight.shape as FourAxes;
  return { images, channels, size, outputs, outputSize, kernel, stride, dilation, padding, groups };
}

function isDense({ stride, dilation, groups }: Geometry): boolean {
  return stride === 1 && dilation === 1 && groups === 1;
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
