/** How kernels and pooling windows step over an image. */

/** The shape of images, [N, C, H, W], or of kernels, [outputs, inputs, height, width]. */
export type FourAxes = readonly [number, number, number, number];

/** Zeros around an image. */
export type Padding = readonly [top: number, left: number, bottom: number, right: number];

export function paddingOf(padding: number | Padding): Padding {
  return typeof padding === "number" ? [padding, padding, padding, padding] : padding;
}

export type Windows = {
  /** Height and width. */
  readonly kernel: readonly [number, number];
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
};

/** How many windows fit below and beside each other; less than 1 where none does. */
export function windowCount(
  [height, width]: readonly [number, number],
  { kernel, stride, dilation, padding: [top, left, bottom, right] }: Windows,
): [rows: number, columns: number] {
  const along = (size: number, length: number) =>
    Math.floor((size - dilation * (length - 1) - 1) / stride) + 1;
  return [along(height + top + bottom, kernel[0]), along(width + left + right, kernel[1])];
}
