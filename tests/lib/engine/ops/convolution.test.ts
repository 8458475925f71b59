/** Convolutions of every geometry that GLIDE, Inception and CLIP use, through each implementation of the gradient. */
import type { Padding } from "@/lib/engine/ops";
import * as op from "@/lib/engine/ops";
import type * as convolution from "@/lib/engine/ops/convolution";
import { describeOperations, type OperationCase } from "../check-operation";
import { type Naive, sumOver, tabulate } from "../naive";

type Geometry = { stride?: number; dilation?: number; groups?: number; padding?: Padding };

function naiveConvolution(x: Naive, weight: Naive, bias: Naive | undefined, geometry: Geometry): Naive {
  const {
    stride = 1,
    dilation = 1,
    groups = 1,
    padding: [top, left, bottom, right] = [0, 0, 0, 0],
  } = geometry;
  const [images, , height, width] = x.shape as [number, number, number, number];
  const [outputs, perGroup, kernelHeight, kernelWidth] = weight.shape as [number, number, number, number];
  const rows = Math.floor((height + top + bottom - dilation * (kernelHeight - 1) - 1) / stride) + 1;
  const columns = Math.floor((width + left + right - dilation * (kernelWidth - 1) - 1) / stride) + 1;
  return tabulate([images, outputs, rows, columns], ([n, o, y, z]) => {
    let sum = bias?.at([o!]) ?? 0;
    const first = Math.floor(o! / (outputs / groups)) * perGroup;
    for (let c = 0; c < perGroup; c++) {
      for (let i = 0; i < kernelHeight; i++) {
        for (let j = 0; j < kernelWidth; j++) {
          const pixel = [n!, first + c, y! * stride + i * dilation - top, z! * stride + j * dilation - left];
          sum += weight.at([o!, c, i, j]) * x.atOrZero(pixel);
        }
      }
    }
    return sum;
  });
}

/** Its kernels have tests of every geometry; here are those that differ in how an operation calls them. */
const onCard = ["3×3 same, few inputs", "3×3 in steps of 2, a row left over", "in groups, in steps"];

function conv2dCase(
  name: string,
  x: readonly number[],
  weight: readonly number[],
  geometry: Geometry,
): OperationCase {
  return {
    name,
    onCard: onCard.includes(name),
    operands: [{ shape: x }, { shape: weight }, { shape: [weight[0]!] }],
    graph: (image, kernel, bias) => op.conv2d(image, kernel, bias, geometry),
    naive: (image, kernel, bias) => naiveConvolution(image, kernel, bias, geometry),
  };
}

describeOperations({
  conv2d: [
    conv2dCase("3×3 same, few inputs", [2, 2, 9, 10], [3, 2, 3, 3], { padding: [1, 1, 1, 1] }),
    conv2dCase("3×3 same, few outputs", [2, 3, 9, 10], [2, 3, 3, 3], { padding: [1, 1, 1, 1] }),
    conv2dCase("3×3 same, 8 × 8 pixels", [2, 2, 8, 8], [2, 2, 3, 3], { padding: [1, 1, 1, 1] }),
    conv2dCase("3×3 same, images apart", [2, 1, 64, 64], [2, 1, 3, 3], { padding: [1, 1, 1, 1] }),
    conv2dCase("3×3 same, images apart, few outputs", [2, 2, 64, 64], [1, 2, 3, 3], {
      padding: [1, 1, 1, 1],
    }),
    conv2dCase("3×3 valid", [2, 2, 9, 11], [3, 2, 3, 3], {}),
    conv2dCase("1×1", [2, 3, 4, 5], [2, 3, 1, 1], {}),
    conv2dCase("1×1, padded", [1, 2, 3, 3], [2, 2, 1, 1], { padding: [1, 1, 1, 1] }),
    conv2dCase("1×7", [2, 2, 9, 10], [3, 2, 1, 7], { padding: [0, 3, 0, 3] }),
    conv2dCase("7×1", [2, 3, 10, 9], [2, 3, 7, 1], { padding: [3, 0, 3, 0] }),
    conv2dCase("5×5, uneven padding", [1, 2, 9, 10], [2, 2, 5, 5], { padding: [2, 1, 0, 3] }),
    conv2dCase("3×3 in steps of 2, a row left over", [2, 2, 9, 10], [3, 2, 3, 3], { stride: 2 }),
    conv2dCase("patches, as CLIP's", [2, 3, 8, 12], [4, 3, 4, 4], { stride: 4 }),
    conv2dCase("dilated", [1, 2, 9, 9], [2, 2, 3, 3], { dilation: 2, padding: [2, 2, 2, 2] }),
    conv2dCase("in groups", [2, 4, 5, 5], [6, 2, 3, 3], { groups: 2, padding: [1, 1, 1, 1] }),
    conv2dCase("in groups, in steps", [2, 4, 7, 7], [4, 1, 3, 3], {
      groups: 4,
      stride: 2,
      padding: [1, 1, 1, 1],
    }),
    {
      name: "without bias, padding as a number",
      operands: [{ shape: [1, 2, 5, 5] }, { shape: [2, 2, 3, 3] }],
      graph: (x, weight) => op.conv2d(x, weight, undefined, { padding: 1 }),
      naive: (x, weight) => naiveConvolution(x, weight, undefined, { padding: [1, 1, 1, 1] }),
    },
  ],
  convTranspose2d: [
    {
      name: "in steps of 2 with a row left over",
      operands: [{ shape: [2, 3, 2, 3] }, { shape: [3, 2, 3, 3] }],
      graph: (y, weight) => op.convTranspose2d(y, weight, [4, 6], { stride: 2, padding: 1 }),
      naive: (y, weight) =>
        tabulate([2, 2, 4, 6], ([n, c, i, j]) =>
          sumOver([3, 2, 3], ([o, row, column]) => {
            const tap = [o!, c!, i! - 2 * row! + 1, j! - 2 * column! + 1];
            return y.at([n!, o!, row!, column!]) * weight.atOrZero(tap);
          }),
        ),
    },
  ],
} satisfies Record<keyof typeof convolution, OperationCase[]>);
