/** The fast way to a convolution's filter gradient at stride 1: one matrix product per kernel position. */
import type { Tensor } from "../graph/graph";
import { elementCount } from "../graph/tensor-type";
import { reduceSum } from "./broadcasting";
import { matmul } from "./matmul";
import { concat, pad, reshape, slice, transpose } from "./shape";
import type { FourAxes, Padding } from "./windows";

/** From this many pixels on, the products are made per image and added, and no batch axis need be moved. */
const largeImagePixels = 4096;

/**
 * dW[o, c, i, j] = Σ dy[n, o, y, x] · padded[n, c, y + i, x + j].
 *
 * With both images padded to one width and their rows laid end to end, moving by (i, j) is moving by
 * i · width + j, so that every kernel position (tap) is one contiguous window into one operand. The other stays
 * where it is, and zeros at its end meet what the window misses. The operand with fewer channels slides.
 *
 * @param x [N, C, H, W]
 * @param dy [N, outputs, H', W']
 * @param kernel height and width; the padding is less than the kernel on every side
 * @returns [outputs, C, kernel height, kernel width]
 */
export function filterGradientByTaps(
  x: Tensor,
  dy: Tensor,
  kernel: readonly [number, number],
  padding: Padding,
): Tensor {
  const [images, channels, height, width] = x.shape as FourAxes;
  const [, outputs, outputHeight, outputWidth] = dy.shape as FourAxes;
  const [top, left, bottom, right] = padding;
  const [down, across] = [kernel[0] - 1, kernel[1] - 1];
  const perImage = images > 1 && height * width >= largeImagePixels;
  const slidesOverX = channels <= outputs;

  const rows = slidesOverX ? outputHeight + down : height + down;
  const columns = slidesOverX ? outputWidth + across : width + across;
  const sliding = slidesOverX
    ? layOut(x, padding, perImage)
    : layOut(dy, [down - top, across - left, down - bottom, across - right], perImage);
  const still = layOut(slidesOverX ? dy : x, [0, 0, down, across], perImage);

  const length = (perImage ? 1 : images) * rows * columns - down * columns - across;
  const window = (tensor: Tensor, start: number) => slice(tensor, { axis: -1, start, end: start + length });
  const fixed = window(still, 0);
  const taps: Tensor[] = [];
  for (let i = 0; i <= down; i++) {
    for (let j = 0; j <= across; j++) {
      const moved = window(sliding, slidesOverX ? i * columns + j : (down - i) * columns + across - j);
      const tap = slidesOverX
        ? matmul(fixed, moved, { transposeB: true })
        : matmul(moved, fixed, { transposeB: true });
      taps.push(reshape(tap, [...tap.shape, 1]));
    }
  }
  const stacked = concat(taps, -1);
  return reshape(perImage ? reduceSum(stacked, [0]) : stacked, [outputs, channels, ...kernel]);
}

/** Pads an image and lays its rows end to end: [N, C, pixels], or [C, N · pixels]. */
function layOut(tensor: Tensor, [top, left, bottom, right]: Padding, perImage: boolean): Tensor {
  const [images, channels] = tensor.shape as readonly [number, number, ...number[]];
  const channelFirst = perImage ? tensor : transpose(tensor, [1, 0, 2, 3]);
  const padded = pad(channelFirst, [0, 0, top, left], [0, 0, bottom, right]);
  const length = elementCount(padded.shape) / channels;
  return reshape(padded, perImage ? [images, channels, length / images] : [channels, length]);
}
