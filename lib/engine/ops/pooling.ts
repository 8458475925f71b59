/** Averages and maxima over windows, and the enlargement that undoes the 2×2 average. */
import type { Tensor } from "../graph/graph";
import type { ValueScope } from "../graph/kernel-emitter";
import { defineOperation, operandError } from "../graph/operation";
import { elementCount } from "../graph/tensor-type";
import { floatLiteral, largestFloat } from "../webgpu/float-literal";
import { mul } from "./arithmetic";
import { convTranspose2d } from "./convolution";
import { gather, scatterAdd } from "./indexing";
import { reduceMean } from "./reductions";
import { reshape } from "./shape";
import { coordinatesOf, indexOf, readInside, underTap } from "./window-terms";
import { type FourAxes, type Padding, paddingOf, type Windows, windowCount } from "./windows";

export type PoolingOptions = {
  /** Height and width of the square window. */
  readonly kernel: number;
  /** Default: the kernel, so that windows touch. */
  readonly stride?: number;
  readonly padding?: number | Padding;
};

type AverageWindows = Windows & { readonly countIncludePad: boolean };

const applyAveragePool2d = defineOperation<[x: Tensor], [y: Tensor], AverageWindows>({
  name: "averagePool2d",
  infer: ([x], windows) => [{ shape: pooledShape("averagePool2d", x, windows), dtype: "float32" }],
  emit(onnx, { inputs, outputs, attributes }) {
    const count_include_pad = attributes.countIncludePad ? 1 : 0;
    onnx.node({
      type: "AveragePool",
      inputs,
      outputs,
      attributes: { ...onnxAttributes(attributes), count_include_pad },
    });
  },
  lower(card, { inputs: [x], outputs: [y], attributes }) {
    const {
      kernel,
      padding: [top, left],
      stride,
      countIncludePad,
    } = attributes;
    const [, , height, width] = x.shape as FourAxes;
    card.reduce(y, {
      reads: [x],
      count: kernel[0] * kernel[1],
      alongRows: false,
      term: (scope, place) => readTap(scope, x, y, attributes, place),
      finish(scope, sum) {
        if (countIncludePad) return `${sum} / ${kernel[0] * kernel[1]}.0`;
        const [, , row, column] = coordinatesOf(scope, scope.index, y.shape as FourAxes);
        const inside = (window: string, before: number, length: number, size: number) => {
          const start = `i32(${window} * ${stride}u) - ${before}`;
          return `f32(min(${start} + ${length}, ${size}) - max(${start}, 0))`;
        };
        return `${sum} / (${inside(row, top, kernel[0], height)} * ${inside(column, left, kernel[1], width)})`;
      },
    });
  },
  gradient({ inputs: [x], outputs: [y], attributes }, [dy]) {
    const { kernel, stride, padding } = attributes;
    const [images, channels, height, width] = x.shape as FourAxes;
    const [rows, columns] = y.shape.slice(2) as [number, number];
    if (kernel[0] === 2 && stride === 2 && height === 2 * rows && width === 2 * columns) {
      return [mul(upsampleNearest2x(dy), 0.25)];
    }
    const share = mul(
      dy,
      x.graph.constant(reciprocalCounts(height, width, [rows, columns], attributes), [rows, columns]),
    );
    const ones = x.graph.constant(new Float32Array(kernel[0] * kernel[1]).fill(1), [1, 1, ...kernel]);
    const alone = reshape(share, [images * channels, 1, rows, columns]);
    return [reshape(convTranspose2d(alone, ones, [height, width], { stride, padding }), x.shape)];
  },
});

/**
 * The mean over square windows.
 * @param x [N, C, H, W]
 * @param options `countIncludePad`: whether the padding's zeros count as values of the mean (default: they do)
 */
export function averagePool2d(
  x: Tensor,
  {
    kernel,
    stride = kernel,
    padding = 0,
    countIncludePad = true,
  }: PoolingOptions & { countIncludePad?: boolean },
): Tensor {
  const windows = { kernel: [kernel, kernel], stride, dilation: 1, padding: paddingOf(padding) } as const;
  return applyAveragePool2d([x], { ...windows, countIncludePad })[0];
}

const applyMaxPool2d = defineOperation<[x: Tensor], [y: Tensor, indices: Tensor], Windows>({
  name: "maxPool2d",
  infer([x], windows) {
    const shape = pooledShape("maxPool2d", x, windows);
    return [
      { shape, dtype: "float32" },
      { shape, dtype: "int64" },
    ];
  },
  emit(onnx, { inputs, outputs: [y, indices], attributes }) {
    const outputs = onnx.isUsed(indices) ? [y, indices] : [y];
    onnx.node({ type: "MaxPool", inputs, outputs, attributes: onnxAttributes(attributes) });
  },
  lower(card, { inputs: [x], outputs: [y, indices], attributes }) {
    const { kernel } = attributes;
    const taps = kernel[0] * kernel[1];
    const lowest = floatLiteral(-largestFloat);
    card.reduce(y, {
      reads: [x],
      count: taps,
      alongRows: false,
      combine: "max",
      term: (scope, place) => readTap(scope, x, y, attributes, place, lowest),
    });
    // The first of equals: the last that is taken when going through the taps backwards.
    card.map(indices, {
      reads: [x, y],
      value: (scope) =>
        Array.from({ length: taps }, (_, place) => `${place}u`).reduceRight((later, place) => {
          const value = readTap(scope, x, y, attributes, place, lowest);
          const index = tapIndex(scope, x, y, attributes, place);
          return `select(${later}, i32(${index}), ${value} == ${scope.read(y)})`;
        }, "0"),
    });
  },
  gradient: ({ inputs: [x], outputs: [, indices], attributes }, [dy]) => [
    ...applyMaxPoolGradient([dy, indices], { ...attributes, size: x.shape.slice(2) as [number, number] }),
  ],
});

const flat = (tensor: Tensor) => reshape(tensor, [elementCount(tensor.shape)]);

type PooledWindows = Windows & { readonly size: readonly [height: number, width: number] };

/** Each window's slope goes to the pixel that was its maximum. */
const applyMaxPoolGradient = defineOperation<[dy: Tensor, indices: Tensor], [dx: Tensor], PooledWindows>({
  name: "maxPoolGradient",
  infer: ([dy], { size }) => [{ shape: [...dy.shape.slice(0, 2), ...size], dtype: "float32" }],
  emit(onnx, { inputs, outputs }) {
    const [{ shape }] = outputs;
    onnx.compose(inputs, outputs, (dy, indices) => [
      reshape(scatterAdd(flat(dy!), flat(indices!), elementCount(shape)), shape),
    ]);
  },
  // A pixel looks for itself among the maxima of the windows over it, of which each tap may be one.
  lower(card, { inputs: [dy, indices], outputs: [dx], attributes }) {
    const { kernel, stride, dilation, padding } = attributes;
    const shape = dy.shape as FourAxes;
    card.reduce(dx, {
      reads: [dy, indices],
      count: kernel[0] * kernel[1],
      alongRows: false,
      term(scope, place) {
        const [image, channel, row, column] = coordinatesOf(scope, scope.index, dx.shape as FourAxes);
        const [, , down, across] = coordinatesOf(scope, place, [1, 1, ...kernel]);
        const [fromTop, fromLeft] = [
          [row, down],
          [column, across],
        ].map(([at, tap], axis) =>
          scope.name("i32", `i32(${at}) + ${padding[axis]} - i32(${tap} * ${dilation}u)`),
        ) as [string, string];
        // Before the first window and beyond the last there is none, and between two windows neither.
        const isWindow = scope.name(
          "bool",
          [fromTop, fromLeft]
            .map(
              (from, axis) =>
                `(${from} >= 0) & (${from} % ${stride} == 0) & (${from} < ${stride * shape[axis + 2]!})`,
            )
            .join(" & "),
        );
        const [above, beside] = [fromTop, fromLeft].map((from) => `u32(${from}) / ${stride}u`) as [
          string,
          string,
        ];
        const window = indexOf(scope, shape, [image, channel, above, beside]);
        const at = scope.name("u32", `select(0u, ${window}, ${isWindow})`);
        const isMaximum = `${isWindow} & (${scope.read(indices, at)} == i32(${scope.index}))`;
        return `select(0.0, ${scope.read(dy, at)}, ${isMaximum})`;
      },
    });
  },
  // It is linear: what goes back to a window is the slope of the pixel that was its maximum.
  gradient: ({ inputs: [dy, indices] }, [ddx]) => [
    reshape(gather(flat(ddx), flat(indices), 0), dy.shape),
    null,
  ],
});

/**
 * The maximum over square windows; the gradient goes to the first of equals. It is for the CPU and WebGPU: ONNX
 * Runtime's CUDA provider does not tell where a maximum was.
 * @param x [N, C, H, W]
 */
export function maxPool2d(x: Tensor, { kernel, stride = kernel, padding = 0 }: PoolingOptions): Tensor {
  return applyMaxPool2d([x], {
    kernel: [kernel, kernel],
    stride,
    dilation: 1,
    padding: paddingOf(padding),
  })[0];
}

/** The mean over each channel's pixels: [N, C, H, W] → [N, C]. */
export function globalAveragePool(x: Tensor): Tensor {
  if (x.shape.length !== 4) throw operandError("globalAveragePool", [x], "it takes [N, C, H, W]");
  return reduceMean(x, [2, 3]);
}

const applyUpsampleNearest2x = defineOperation<[x: Tensor, spread: Tensor], [y: Tensor]>({
  name: "upsampleNearest2x",
  infer([x]) {
    const [images, channels, height, width] = x.shape as FourAxes;
    return [{ shape: [images, channels, 2 * height, 2 * width], dtype: "float32" }];
  },
  emit(onnx, { inputs: [x, spread], outputs: [y] }) {
    const [rows, doubled] = [onnx.temporary(), onnx.temporary()];
    const width = x.shape[3]!;
    const shape = onnx.integers([elementCount(x.shape) / width, width]);
    onnx.node({ type: "Reshape", inputs: [x, shape], outputs: [rows] });
    onnx.node({ type: "MatMul", inputs: [rows, spread], outputs: [doubled] });
    onnx.node({ type: "Reshape", inputs: [doubled, onnx.integers(y.shape)], outputs: [y] });
  },
  lower(card, { inputs: [x], outputs: [y] }) {
    const [, , height, width] = x.shape as FourAxes;
    card.map(y, {
      reads: [x],
      moves: true,
      value(scope) {
        const [plane, row, column] = [
          scope.name("u32", `${scope.index} / ${4 * height * width}u`),
          scope.name("u32", `${scope.index} / ${4 * width}u % ${height}u`),
          scope.name("u32", `${scope.index} / 2u % ${width}u`),
        ];
        return scope.read(x, scope.name("u32", `(${plane} * ${height}u + ${row}) * ${width}u + ${column}`));
      },
    });
  },
  gradient: (_, [dy]) => [mul(averagePool2d(dy, { kernel: 2 }), 4), null],
});

/**
 * Each pixel becomes 2 × 2 equal ones: [N, C, H, W] → [N, C, 2H, 2W]. Computed as the product of every row with
 * a matrix of zeros and ones, which took a third of the time of Resize on the CPU.
 */
export function upsampleNearest2x(x: Tensor): Tensor {
  if (x.shape.length !== 4) throw operandError("upsampleNearest2x", [x], "it takes [N, C, H, W]");
  return applyUpsampleNearest2x(
    [x, x.graph.constant(spreadMatrix(x.shape[3]!), [x.shape[3]!, 4 * x.shape[3]!])],
    {},
  )[0];
}

/** [width, 4 · width]: turns a row into two equal rows of twice the width, end to end. */
function spreadMatrix(width: number): Float32Array {
  const matrix = new Float32Array(width * 4 * width);
  for (let column = 0; column < width; column++) {
    for (const target of [0, 1, 2 * width, 2 * width + 1])
      matrix[column * 4 * width + 2 * column + target] = 1;
  }
  return matrix;
}

function pooledShape(operation: string, x: Tensor, windows: Windows): number[] {
  if (x.shape.length !== 4) throw operandError(operation, [x], "it takes [N, C, H, W]");
  const [images, channels, height, width] = x.shape as FourAxes;
  const [rows, columns] = windowCount([height, width], windows);
  if (!(rows >= 1 && columns >= 1))
    throw operandError(operation, [x], "the image is smaller than the window");
  return [images, channels, rows, columns];
}

/** One over the number of values in each window's mean. */
function reciprocalCounts(
  height: number,
  width: number,
  [rows, columns]: readonly [number, number],
  { kernel, stride, padding: [top, left], countIncludePad }: AverageWindows,
): Float32Array {
  const inside = (index: number, before: number, length: number, size: number) => {
    const start = index * stride - before;
    return countIncludePad ? length : Math.min(start + length, size) - Math.max(start, 0);
  };
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const high = inside(Math.floor(index / columns), top, kernel[0], height);
    const wide = inside(index % columns, left, kernel[1], width);
    return 1 / (high * wide);
  });
}

function onnxAttributes({ kernel, stride, padding }: Windows) {
  return { kernel_shape: kernel, strides: [stride, stride], pads: padding };
}

/** Where tap number `place` of a window lies on the image. */
function tapPlace(scope: ValueScope<Tensor>, y: Tensor, windows: Windows, place: string) {
  const [image, channel, row, column] = coordinatesOf(scope, scope.index, y.shape as FourAxes);
  const [, , down, across] = coordinatesOf(scope, place, [1, 1, ...windows.kernel]);
  return {
    image,
    channel,
    row: underTap(scope, windows, 0, row, down),
    column: underTap(scope, windows, 1, column, across),
  };
}

/** The value under tap number `place`, or `outside` beyond the image's border. */
function readTap(
  scope: ValueScope<Tensor>,
  x: Tensor,
  y: Tensor,
  windows: Windows,
  place: string,
  outside = "0.0",
): string {
  return readInside(scope, x, { ...tapPlace(scope, y, windows, place), outside });
}

/** The flat index in `x` of what lies under tap number `place`. */
function tapIndex(scope: ValueScope<Tensor>, x: Tensor, y: Tensor, windows: Windows, place: string): string {
  const { image, channel, row, column } = tapPlace(scope, y, windows, place);
  return indexOf(scope, x.shape as FourAxes, [image, channel, `u32(${row})`, `u32(${column})`]);
}
