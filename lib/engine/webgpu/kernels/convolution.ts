/** Convolution and its two gradients as tiled products, without an image of patches in memory. */
import type { KernelSequence } from "../../graph/kernel";
import { insideOf, loadCode, matrixOperand } from "./product";
import { canYieldTerms, type Operand, swapOperands, tiledProduct } from "./tiled-product";
import { planTiling, type Tile, type Tuning } from "./tiling";

type Pair = readonly [height: number, width: number];

export type ConvolutionShape = {
  readonly images: number;
  readonly channels: number;
  readonly size: Pair;
  readonly outputs: number;
  readonly outputSize: Pair;
  readonly kernel: Pair;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros around the image. */
  readonly padding: readonly [top: number, left: number, bottom: number, right: number];
  readonly groups: number;
};

const area = ([height, width]: Pair) => height * width;

/**
 * Reads x [images, channels, ...size], weight [outputs, channels / groups, ...kernel] and, with `bias`, bias [outputs];
 * writes y [images, outputs, ...outputSize].
 */
export function convolution(shape: ConvolutionShape & { bias: boolean }, tuning: Tuning): KernelSequence {
  const { images, outputs, outputSize, channels, groups, kernel } = shape;
  const [rows, perGroup, pixels] = [outputs / groups, channels / groups, area(outputSize)];
  const size = { batch: groups, rows, columns: images * pixels, terms: perGroup * area(kernel) };
  const tiling = planTiling(size, tuning);
  const { tile } = tiling;
  const matrix = { lines: rows, tileLines: tile.rows, terms: size.terms, tile, termsTogether: true };
  return swapOperands(
    tiledProduct({
      label: labelOf("convolution", shape),
      size,
      tiling,
      left: matrixOperand("left", { ...matrix, matrix: "batch" }),
      right: windowOperand({ ...shape, imagePixels: "lines" }, tile, size),
      resultIndex: imageIndex("column", "row", { groups, channels: outputs, pixels }),
      vectorResult: pixels % 4 === 0,
      biasIndex: shape.bias ? (index) => `${index} / ${pixels}u % ${outputs}u` : undefined,
    }),
  );
}

/** Reads dy [images, outputs, ...outputSize] and weight; writes dLoss/dx, for which dy is spread over the windows. */
export function convolutionInputGradient(shape: ConvolutionShape, tuning: Tuning): KernelSequence {
  const { images, outputs, outputSize, channels, groups, kernel, stride, dilation } = shape;
  const [rows, perGroup, pixels, taps] = [
    channels / groups,
    outputs / groups,
    area(shape.size),
    area(kernel),
  ];
  const size = { batch: groups, rows, columns: images * pixels, terms: perGroup * taps };
  const tiling = planTiling(size, tuning);
  const { tile } = tiling;
  const bounds = { lines: rows, tileLines: tile.rows, terms: size.terms, depth: tile.depth };
  const weight = `((batch * ${perGroup}u + term / ${taps}u) * ${rows}u + line) * ${taps}u + term % ${taps}u`;
  // Stepping back over the output is stepping over an image of it, widened by the stride.
  const source = { channels: outputs, size: outputSize, widened: stride, perGroup };
  return swapOperands(
    tiledProduct({
      label: labelOf("input gradient", shape),
      size,
      tiling,
      left: {
        yields: "one",
        neighbours: "terms",
        element: "f32",
        code: loadCode("left", { vectors: false, index: weight, inside: insideOf(bounds) }),
      },
      right: pixelOperand({
        source,
        target: shape.size,
        kernel,
        first: shape.padding,
        step: 1,
        apart: -dilation,
        pixelsAre: "lines",
        tile,
        sizes: size,
      }),
      resultIndex: imageIndex("column", "row", { groups, channels, pixels }),
      vectorResult: pixels % 4 === 0,
    }),
  );
}

/** Reads x and dy; writes dLoss/dweight. */
export function convolutionFilterGradient(shape: ConvolutionShape, tuning: Tuning): KernelSequence {
  const { images, outputs, outputSize, channels, groups, kernel } = shape;
  const [rows, perGroup, pixels] = [outputs / groups, channels / groups, area(outputSize)];
  const size = { batch: groups, rows, columns: perGroup * area(kernel), terms: images * pixels };
  const tiling = planTiling(size, tuning);
  const { tile } = tiling;
  const vectors = pixels % 4 === 0 && canYieldTerms(tile.rows, tile);
  const bounds = { lines: rows, tileLines: tile.rows, terms: size.terms, depth: tile.depth };
  return swapOperands(
    tiledProduct({
      label: labelOf("filter gradient", shape),
      size,
      tiling,
      left: {
        yields: vectors ? "terms" : "one",
        neighbours: "terms",
        element: vectors ? "vec4f" : "f32",
        code: loadCode("left", {
          vectors,
          index: imageIndex("term", "line", { groups, channels: outputs, pixels }),
          inside: insideOf(bounds),
        }),
      },
      right: windowOperand({ ...shape, imagePixels: "terms" }, tile, size),
      resultIndex: `(batch * ${rows}u + row) * ${size.columns}u + column`,
      vectorResult: size.columns % 4 === 0,
    }),
  );
}

function labelOf(what: string, { images, channels, outputs, outputSize, kernel, stride }: ConvolutionShape) {
  const strided = stride === 1 ? "" : `, stride ${stride}`;
  return `${what} ${images} × ${channels} → ${outputs} at ${outputSize.join("×")} by ${kernel.join("×")}${strided}`;
}

/** WGSL of the index of a value of [images, channels, pixels], by pixel among all images and channel of its group. */
function imageIndex(
  pixel: string,
  channel: string,
  { groups, channels, pixels }: { groups: number; channels: number; pixels: number },
): string {
  const inGroup = groups === 1 ? channel : `batch * ${channels / groups}u + ${channel}`;
  return `(${pixel} / ${pixels}u * ${channels}u + ${inGroup}) * ${pixels}u + ${pixel} % ${pixels}u`;
}

/** The pixels of x that the windows of an output look at. */
function windowOperand(
  shape: ConvolutionShape & { imagePixels: "lines" | "terms" },
  tile: Tile,
  sizes: { columns: number; terms: number },
): Operand {
  const { channels, groups, size, stride, dilation, outputSize, kernel, padding, imagePixels } = shape;
  const isPointwise = area(kernel) === 1 && stride === 1 && Math.max(...padding) === 0;
  if (isPointwise) return pointOperand(shape, tile, sizes);
  return pixelOperand({
    source: { channels, size, widened: 1, perGroup: channels / groups },
    target: outputSize,
    kernel,
    first: padding.map((zeros) => -zeros) as unknown as ConvolutionShape["padding"],
    step: stride,
    apart: dilation,
    pixelsAre: imagePixels,
    tile,
    sizes,
  });
}

/** The pixels of x where every window is one of them. */
function pointOperand(
  { channels, groups, outputSize, imagePixels }: ConvolutionShape & { imagePixels: "lines" | "terms" },
  tile: Tile,
  { columns, terms }: { columns: number; terms: number },
): Operand {
  const pixels = area(outputSize);
  const [pixel, channel] = imagePixels === "lines" ? ["line", "term"] : ["term", "line"];
  const vectors = pixels % 4 === 0 && (imagePixels === "lines" || canYieldTerms(tile.columns, tile));
  return {
    yields: vectors ? imagePixels : "one",
    neighbours: imagePixels,
    element: vectors ? "vec4f" : "f32",
    code: loadCode("right", {
      vectors,
      index: imageIndex(pixel, channel, { groups, channels, pixels }),
      inside: insideOf({ lines: columns, tileLines: tile.columns, terms, depth: tile.depth }),
    }),
  };
}

type PixelOperand = {
  /** The image that pixels are taken from, and by how much its pixels stand apart: between them are zeros. */
  readonly source: { channels: number; size: Pair; widened: number; perGroup: number };
  /** The image whose pixels the lines or terms are. */
  readonly target: Pair;
  readonly kernel: Pair;
  /** A target's pixel p and the kernel's place k look at first + step · p + apart · k of the widened source. */
  readonly first: readonly number[];
  readonly step: number;
  readonly apart: number;
  /** Which of the operand's axes runs over the pixels; the other runs over channels and kernel places. */
  readonly pixelsAre: "lines" | "terms";
  readonly tile: Tile;
  readonly sizes: { readonly columns: number; readonly terms: number };
};

/**
 * Coordinates are u32: below zero they wrap, to numbers larger than any image, so that one comparison tests both ends.
 */
function pixelOperand(operand: PixelOperand): Operand {
  const { source, target, kernel, pixelsAre, tile, sizes } = operand;
  const { width, fours } = { width: target[1], fours: target[1] % 4 === 0 };
  const together = fours && (pixelsAre === "lines" || canYieldTerms(tile.columns, tile));
  const inside = insideOf({
    lines: sizes.columns,
    tileLines: tile.columns,
    terms: sizes.terms,
    depth: tile.depth,
  });
  const [pixel, place] = pixelsAre === "lines" ? ["line", "term"] : ["term", "line"];
  const { widened } = source;
  const reach = (axis: 0 | 1) => source.size[axis] * widened;
  const onPixel = (coordinate: string) => (widened === 1 ? "" : ` & (${coordinate} % ${widened}u == 0u)`);
  const over = (coordinate: string) => (widened === 1 ? coordinate : `${coordinate} / ${widened}u`);
  const head = `
  let channel = ${place} / ${area(kernel)}u;
  let tap = ${place} % ${area(kernel)}u;
  let image = ${pixel} / ${area(target)}u;
  let at = ${pixel} % ${area(target)}u;
  let y = ${coordinateOf(operand, 0, `at / ${width}u`, `tap / ${kernel[1]}u`)};
  let x = ${coordinateOf(operand, 1, `at % ${width}u`, `tap % ${kernel[1]}u`)};
  let inRow = (y < ${reach(0)}u)${onPixel("y")}${inside === null ? "" : ` & ${inside}`};
  let row = ((image * ${source.channels}u + batch * ${source.perGroup}u + channel) * ${source.size[0]}u + ${over("y")}) * ${source.size[1]}u;`;
  const value = (lane: number) => {
    const column = lane === 0 ? "x" : `x${lane}`;
    return {
      column: lane === 0 ? "" : `let x${lane} = x + ${lane * operand.step}u;`,
      test: `let in${lane} = inRow & (${column} < ${reach(1)}u)${onPixel(column)};`,
      value: `select(0f, right[select(0u, row + ${over(column)}, in${lane})], in${lane})`,
    };
  };
  const values = (together ? [0, 1, 2, 3] : [0]).map(value);
  const parts = values.map((lane) => lane.value).join(",\n    ");
  return {
    yields: together ? pixelsAre : "one",
    neighbours: pixelsAre,
    element: "f32",
    code: `fn loadRight(line: u32, term: u32, batch: u32) -> ${together ? "vec4f" : "f32"} {${head}
  ${values.map((lane) => `${lane.column} ${lane.test}`).join("\n  ")}
  return ${together ? `vec4f(${parts})` : parts};
}`,
  };
}

/** WGSL of first + step · pixel + apart · place along an axis. */
function coordinateOf(
  { first, step, apart }: PixelOperand,
  axis: 0 | 1,
  pixel: string,
  place: string,
): string {
  const signed = (value: number, text: string) => `${value < 0 ? " - " : " + "}${Math.abs(value)}u${text}`;
  return `(${pixel}) * ${step}u${signed(apart, ` * (${place})`)}${signed(first[axis]!, "")}`;
}
