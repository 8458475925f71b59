/** The engine of products and convolutions: sums of products over two operands, tile by tile. */
import type { Kernel, KernelSequence } from "../../graph/kernel";
import { type Binding, buffers, entryPoint, float, gridOf, usualThreads } from "./shader-text";
import { type ProductSize, type Tile, type Tiling, tileThreads } from "./tiling";

/**
 * Where the engine takes the values of an operand from: a WGSL function `load${name}(line, term, batch)`, with `line` a
 * row of the result for the left operand and a column for the right one. It returns
 *   lines: the values of four lines from `line` on, a vec4f
 *   terms: the values of four terms from `term` on, a vec4f
 *   one: one value; `neighbours` says along which of both neighbours lie in memory
 * Lines and terms beyond the product's size are asked for, and must be zero.
 */
export type Operand = {
  readonly yields: "lines" | "terms" | "one";
  readonly neighbours?: "lines" | "terms";
  readonly element: "f32" | "vec4f";
  /** The function; the operand's buffer is `left` or `right`. */
  readonly code: string;
};

export type TiledProduct = {
  readonly label: string;
  readonly size: ProductSize;
  readonly tiling: Tiling;
  readonly left: Operand;
  readonly right: Operand;
  /** WGSL of the index of the result at `row`, `column` and `batch`. */
  readonly resultIndex: string;
  /** Whether four columns from a multiple of 4 on lie together in the result. */
  readonly vectorResult: boolean;
  /** Factor on the sums. */
  readonly scale?: number;
  /** WGSL of the place in the bias, a third operand, of the result at an index; absent: there is no bias. */
  readonly biasIndex?: (index: string) => string;
};

/** Reads left, right and, with a bias, the bias; writes the result. */
export function tiledProduct(product: TiledProduct): KernelSequence {
  const { size, tiling, biasIndex } = product;
  const slices = sliceCount(size, tiling);
  const bias = biasIndex === undefined ? [] : [2];
  const result = 2 + bias.length;
  if (slices === 1) {
    return {
      calls: [{ kernel: tileKernel(product), reads: [0, 1, ...bias], writes: [result] }],
      scratch: [],
    };
  }
  const scratch = result + 1;
  return {
    calls: [
      { kernel: tileKernel(product), reads: [0, 1], writes: [scratch] },
      { kernel: addSlices(product, slices), reads: [scratch, ...bias], writes: [result] },
    ],
    scratch: [slices * resultLength(size)],
    total: { slices, scale: product.scale ?? 1, biasIndex },
  };
}

/** The same work for callers who name the right operand first. */
export function swapOperands({ calls, ...rest }: KernelSequence): KernelSequence {
  const place = (value: number) => (value < 2 ? 1 - value : value);
  return {
    calls: calls.map((call, index) => (index === 0 ? { ...call, reads: call.reads.map(place) } : call)),
    ...rest,
  };
}

const resultLength = ({ batch, rows, columns }: ProductSize) => batch * rows * columns;

/** Slices of whole fetches; fewer than asked for where the last ones would be empty. */
function sliceCount({ terms }: ProductSize, { tile, slices }: Tiling): number {
  const fetches = Math.ceil(terms / tile.depth);
  return Math.ceil(fetches / Math.ceil(fetches / slices));
}

/** What becomes of a sum or of four: the factor, then the bias of each. */
function finished(value: string, { scale = 1, biasIndex }: TiledProduct, lanes: 1 | 4): string {
  const scaled = scale === 1 ? value : `${value} * ${float(scale)}`;
  if (biasIndex === undefined) return scaled;
  const biasOf = (lane: number) => `bias[biasPlace(index + ${lane}u)]`;
  return lanes === 1
    ? `${scaled} + ${biasOf(0)}`
    : `${scaled} + vec4f(${[0, 1, 2, 3].map(biasOf).join(", ")})`;
}

const biasCode = ({ biasIndex }: TiledProduct) =>
  biasIndex === undefined ? "" : `fn biasPlace(index: u32) -> u32 { return ${biasIndex("index")}; }`;

function addSlices(product: TiledProduct, slices: number): Kernel {
  const length = resultLength(product.size);
  const lanes = length % 4 === 0 ? 4 : 1;
  const type = lanes === 4 ? "vec4f" : "f32";
  const bias: Binding[] = product.biasIndex === undefined ? [] : [{ name: "bias" }];
  return {
    label: `${product.label}, sum of ${slices} slices`,
    reads: 1 + bias.length,
    writes: 1,
    workgroups: gridOf(Math.ceil(length / lanes / usualThreads)),
    code: `${buffers([{ name: "slices", type }, ...bias], [{ name: "result", type }])}
${biasCode(product)}
${entryPoint(`
  let i = workgroup * ${usualThreads}u + thread;
  if (i >= ${length / lanes}u) { return; }
  let index = i * ${lanes}u;
  var sum = slices[i];
  for (var slice = 1u; slice < ${slices}u; slice++) { sum += slices[slice * ${length / lanes}u + i]; }
  result[i] = ${finished("sum", product, lanes)};`)}`,
  };
}

const components = ["x", "y", "z", "w"] as const;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

function tileKernel(product: TiledProduct): Kernel {
  const { size, tiling, label } = product;
  const { tile } = tiling;
  const slices = sliceCount(size, tiling);
  const bias: Binding[] = product.biasIndex === undefined || slices > 1 ? [] : [{ name: "bias" }];
  const reads: Binding[] = [
    { name: "left", type: product.left.element },
    { name: "right", type: product.right.element },
    ...bias,
  ];
  const result: Binding = { name: "result", type: product.vectorResult ? "vec4f" : "f32" };
  return {
    label,
    reads: reads.length,
    writes: 1,
    workgroups: tileGrid(size, tile, slices),
    code: `${buffers(reads, [result])}
${slices === 1 ? biasCode(product) : ""}
${product.left.code}
${product.right.code}
${storeCode(product, slices)}
${tileProgram(product, slices)}`,
  };
}

/** Tiles along columns and rows; batch and slices along the third axis. */
function tileGrid({ batch, rows, columns }: ProductSize, tile: Tile, slices: number) {
  return [Math.ceil(columns / tile.columns), Math.ceil(rows / tile.rows), batch * slices] as const;
}

function storeCode(product: TiledProduct, slices: number): string {
  const { size, vectorResult, resultIndex } = product;
  const value = (text: string, count: 1 | 4) => (slices === 1 ? finished(text, product, count) : text);
  const offset = slices === 1 ? "" : ` + slice * ${resultLength(size)}u`;
  const body = vectorResult
    ? `if ((row < ${size.rows}u) & (column < ${size.columns}u)) {
    let index = ${resultIndex};
    result[(index${offset}) / 4u] = ${value("sums", 4)};
  }`
    : `for (var lane = 0u; lane < 4u; lane++) {
    let column = first + lane;
    if ((row < ${size.rows}u) & (column < ${size.columns}u)) {
      let index = ${resultIndex};
      result[index${offset}] = ${value("sums[lane]", 1)};
    }
  }`;
  return `fn store(row: u32, ${vectorResult ? "column" : "first"}: u32, batch: u32, slice: u32, sums: vec4f) {
  ${body}
}`;
}

/** One operand's way from the buffer through registers into workgroup memory, where lines lie in fours: [term][line]. */
function transfer(name: "left" | "right", { yields, neighbours }: Operand, lines: number, tile: Tile) {
  const threads = tileThreads(tile);
  const count = (lines * tile.depth) / 4 / threads;
  const stride = lines / 4 + 1;
  const [room, load] = [`${name}Tile`, `load${name === "left" ? "Left" : "Right"}`];
  const first = `${name}First`;
  const slot = (index: number) => (index === 0 ? "thread" : `(thread + ${index * threads}u)`);
  if (yields === "terms") {
    const quads = tile.depth / 4;
    const blocks = upTo(count / 4);
    return {
      room: `var<workgroup> ${room}: array<vec4f, ${tile.depth * stride}>;`,
      registers: upTo(count),
      stride,
      load: blocks.flatMap((block) =>
        components.map(
          (_, line) =>
            `${name}${4 * block + line} = ${load}(${first} + ${slot(block)} / ${quads}u * 4u + ${line}u, term + ${slot(block)} % ${quads}u * 4u, batch);`,
        ),
      ),
      store: blocks.flatMap((block) =>
        components.map((lane, term) => {
          const values = upTo(4).map((line) => `${name}${4 * block + line}.${lane}`);
          return `${room}[(${slot(block)} % ${quads}u * 4u + ${term}u) * ${stride}u + ${slot(block)} / ${quads}u] = vec4f(${values.join(", ")});`;
        }),
      ),
    };
  }
  const termsFirst = yields === "one" && neighbours === "terms";
  const line = (index: number) =>
    termsFirst ? `${slot(index)} / ${tile.depth}u` : `${slot(index)} % ${lines / 4}u`;
  const term = (index: number) =>
    termsFirst ? `${slot(index)} % ${tile.depth}u` : `${slot(index)} / ${lines / 4}u`;
  const four = yields === "lines" ? load : `${load}Lines`;
  return {
    room: `var<workgroup> ${room}: array<vec4f, ${tile.depth * stride}>;`,
    registers: upTo(count),
    stride,
    load: upTo(count).map(
      (index) => `${name}${index} = ${four}(${first} + ${line(index)} * 4u, term + ${term(index)}, batch);`,
    ),
    store: upTo(count).map(
      (index) => `${room}[${term(index)} * ${stride}u + ${line(index)}] = ${name}${index};`,
    ),
  };
}

/** Whether an operand may yield four terms at a time: the threads must share them out evenly. */
export function canYieldTerms(lines: number, tile: Tile): boolean {
  return tile.depth % 4 === 0 && ((lines * tile.depth) / 4 / tileThreads(tile)) % 4 === 0;
}

/** Four lines of an operand that yields one value; a loop keeps the program small. */
function fourLines(name: "Left" | "Right", { yields }: Operand): string {
  if (yields !== "one") return "";
  return `fn load${name}Lines(line: u32, term: u32, batch: u32) -> vec4f {
  var values: vec4f;
  for (var lane = 0u; lane < 4u; lane++) { values[lane] = load${name}(line + lane, term, batch); }
  return values;
}`;
}

/**
 * The loop fetches the operands of the next terms into registers while it works on those in workgroup memory. Written as
 * one rotated loop, so that the fetch, most of the program, is there once.
 */
function tileProgram({ size, tiling, left, right }: TiledProduct, slices: number): string {
  const { tile } = tiling;
  const [across, down] = [tile.columns / tile.columnsPerThread, tile.rows / tile.rowsPerThread];
  const [rowFours, columnFours] = [upTo(tile.rowsPerThread / 4), upTo(tile.columnsPerThread / 4)];
  const [a, b] = [transfer("left", left, tile.rows, tile), transfer("right", right, tile.columns, tile)];
  const fetches = Math.ceil(size.terms / tile.depth);
  const perSlice = Math.ceil(fetches / slices);
  const sums = upTo(tile.rowsPerThread).flatMap((row) => columnFours.map((four) => `sums${row}_${four}`));
  const multiply = rowFours.flatMap((four) =>
    components.flatMap((lane, row) =>
      columnFours.map((column) => `sums${4 * four + row}_${column} += a${four}.${lane} * b${column};`),
    ),
  );
  const program = entryPoint(
    `
  let batch = place.z / ${slices}u;
  let slice = place.z % ${slices}u;
  let leftFirst = place.y * ${tile.rows}u;
  let rightFirst = place.x * ${tile.columns}u;
  let across = thread % ${across}u;
  let down = thread / ${across}u;
  let begin = slice * ${perSlice}u;
  let end = min(${fetches}u, begin + ${perSlice}u);
  ${sums.map((name) => `var ${name} = vec4f();`).join(" ")}
  ${a.registers.map((index) => `var left${index}: vec4f;`).join(" ")}
  ${b.registers.map((index) => `var right${index}: vec4f;`).join(" ")}
  for (var fetch = begin; fetch <= end; fetch++) {
    if (fetch < end) {
      let term = fetch * ${tile.depth}u;
      ${[...a.load, ...b.load].join("\n      ")}
    }
    if (fetch > begin) {
      for (var k = 0u; k < ${tile.depth}u; k++) {
        ${rowFours.map((four) => `let a${four} = leftTile[k * ${a.stride}u + ${four * down}u + down];`).join("\n        ")}
        ${columnFours.map((four) => `let b${four} = rightTile[k * ${b.stride}u + ${four * across}u + across];`).join("\n        ")}
        ${multiply.join("\n        ")}
      }
    }
    workgroupBarrier();
    if (fetch < end) {
      ${[...a.store, ...b.store].join("\n      ")}
    }
    workgroupBarrier();
  }
  ${upTo(tile.rowsPerThread)
    .flatMap((row) =>
      columnFours.map(
        (four) =>
          `store(leftFirst + (${Math.floor(row / 4) * down}u + down) * 4u + ${row % 4}u, rightFirst + (${four * across}u + across) * 4u, batch, slice, sums${row}_${four});`,
      ),
    )
    .join("\n  ")}`,
    tileThreads(tile),
  );
  return [fourLines("Left", left), fourLines("Right", right), a.room, b.room, program].join("\n");
}
