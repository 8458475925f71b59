/** Convolutions on the card, in their three directions, are those of plain loops in double precision. */
import { expect, test } from "vitest";
import {
  type ConvolutionShape,
  convolution,
  convolutionFilterGradient,
  convolutionInputGradient,
} from "@/lib/engine/webgpu/kernels/convolution";
import { type Tuning, tileThreads } from "@/lib/engine/webgpu/kernels/tiling";
import { Random } from "@/lib/numerics/random";
import { relativeError } from "../../check-operation";
import { softwareCard } from "./software-card";

const card = await softwareCard();

const tile = { rows: 16, columns: 16, depth: 16, rowsPerThread: 4, columnsPerThread: 4 };
const whole: Tuning = { tiles: [tile], threads: 1, threadsOfRow: 8, attentionBlock: 16 };
const split: Tuning = { tiles: [tile], threads: 64 * tileThreads(tile), threadsOfRow: 8, attentionBlock: 16 };

const square = (side: number) => [side, side] as const;
const plain = { stride: 1, dilation: 1, groups: 1, padding: [1, 1, 1, 1], kernel: square(3) } as const;
const pointwise = { ...plain, padding: [0, 0, 0, 0], kernel: square(1) } as const;

/** Sizes of outputs follow. */
const cases: readonly (Omit<ConvolutionShape, "outputSize"> & { tuning: Tuning })[] = [
  { ...plain, images: 2, channels: 6, size: [5, 7], outputs: 9, tuning: whole },
  { ...plain, images: 2, channels: 9, size: square(8), outputs: 6, tuning: split },
  { ...plain, images: 2, channels: 8, size: square(8), outputs: 12, stride: 2, tuning: whole },
  { ...pointwise, images: 2, channels: 20, size: square(4), outputs: 33, tuning: split },
  {
    ...plain,
    images: 2,
    channels: 4,
    size: [7, 9],
    outputs: 6,
    groups: 2,
    dilation: 2,
    kernel: [2, 3],
    padding: [0, 1, 2, 3],
    tuning: whole,
  },
];

test.skipIf(card === null)(
  "forward, by the input and by the filter, at GLIDE's kinds of shapes and others",
  async () => {
    const random = new Random(11);
    for (const { tuning, ...given } of cases) {
      const shape = { ...given, outputSize: outputSizeOf(given) };
      const { images, channels, size, outputs, outputSize, kernel, groups } = shape;
      const area = (pair: readonly [number, number]) => pair[0] * pair[1];
      const x = random.normals(images * channels * area(size));
      const weight = random.normals((outputs * channels * area(kernel)) / groups);
      const dy = random.normals(images * outputs * area(outputSize));
      const bias = random.normals(outputs);
      const expected = convolve(shape, { x, weight, dy, bias });
      const claim = JSON.stringify(shape);
      const [y] = await card!.run(
        convolution({ ...shape, bias: true }, tuning),
        [x, weight, bias],
        [dy.length],
      );
      expect(relativeError(y!, expected.y), `forward ${claim}`).toBeLessThan(1e-6);
      const [dx] = await card!.run(convolutionInputGradient(shape, tuning), [dy, weight], [x.length]);
      expect(relativeError(dx!, expected.dx), `by the input ${claim}`).toBeLessThan(1e-6);
      const [dw] = await card!.run(convolutionFilterGradient(shape, tuning), [x, dy], [weight.length]);
      expect(relativeError(dw!, expected.dweight), `by the filter ${claim}`).toBeLessThan(1e-6);
    }
  },
  120_000,
);

function outputSizeOf({ size, kernel, stride, dilation, padding }: Omit<ConvolutionShape, "outputSize">) {
  const along = (axis: 0 | 1) =>
    Math.floor(
      (size[axis] + padding[axis] + padding[axis + 2]! - dilation * (kernel[axis] - 1) - 1) / stride,
    ) + 1;
  return [along(0), along(1)] as const;
}

type Operands = Record<"x" | "weight" | "dy" | "bias", Float32Array>;

/** The loss is Σ y · dy: one loop over what the windows look at gives y and both gradients. */
function convolve(shape: ConvolutionShape, { x, weight, dy, bias }: Operands) {
  const { images, channels, size, outputs, outputSize, kernel, stride, dilation, padding, groups } = shape;
  const perGroup = channels / groups;
  const y = Float64Array.from(
    dy,
    (_, index) => bias[Math.floor(index / (outputSize[0] * outputSize[1])) % outputs]!,
  );
  const [dx, dweight] = [new Float64Array(x.length), new Float64Array(weight.length)];
  for (let image = 0; image < images; image++)
    for (let output = 0; output < outputs; output++)
      for (let row = 0; row < outputSize[0]; row++)
        for (let column = 0; column < outputSize[1]; column++)
          for (let inGroup = 0; inGroup < perGroup; inGroup++)
            for (let down = 0; down < kernel[0]; down++)
              for (let across = 0; across < kernel[1]; across++) {
                const [above, left] = [
                  row * stride + down * dilation - padding[0],
                  column * stride + across * dilation - padding[1],
                ];
                if (above < 0 || above >= size[0] || left < 0 || left >= size[1]) continue;
                const channel = Math.floor(output / (outputs / groups)) * perGroup + inGroup;
                const iy = ((image * outputs + output) * outputSize[0] + row) * outputSize[1] + column;
                const ix = ((image * channels + channel) * size[0] + above) * size[1] + left;
                const iw = ((output * perGroup + inGroup) * kernel[0] + down) * kernel[1] + across;
                y[iy]! += weight[iw]! * x[ix]!;
                dx[ix]! += weight[iw]! * dy[iy]!;
                dweight[iw]! += dy[iy]! * x[ix]!;
              }
  return { y, dx, dweight };
}
