/** One step of a two-sided Householder reduction over a whole matrix, in WebAssembly: two values at a time. */
import { assemble } from "../../engine/wasm-assembler";

/**
 * The matrix lies in blocks of so many columns, each block row by row: 64 bytes a row, a cache line. A block of some
 * thousand rows stays in the second-level cache between the two passes that a step makes over it.
 */
export const BLOCK_COLUMNS = 8;
const ROW_BYTES = 8 * BLOCK_COLUMNS;
const quarters = [0, 1, 2, 3] as const;
const each = (text: (quarter: number) => string) => quarters.map(text).join("\n");
const advance = (name: string, by: number | string) => `
  local.get $${name}
  ${typeof by === "number" ? `i32.const ${by}` : `local.get $${by}`}
  i32.add
  local.set $${name}`;
const repeatBelow = (name: string, end: string) => `
  local.get $${name}
  local.get $${end}
  i32.lt_u
  br_if 0`;

/**
 * For every block, with all addresses in bytes and the vectors of float64:
 *
 *   A -= v yᵀ + x uᵀ,   y = scale Aᵀ next,   u = mask (A's first row - head yᵀ),   sums += A u (two sums a row).
 *
 * `matrix`, `v`, `x`, `next`, `sums` point to the first row that takes part, `y`, `u`, `mask` to the first block.
 */
const code = assemble({
  parameters: {
    matrix: "i32",
    blockBytes: "i32",
    v: "i32",
    vEnd: "i32",
    x: "i32",
    next: "i32",
    sums: "i32",
    y: "i32",
    yEnd: "i32",
    u: "i32",
    mask: "i32",
    scale: "f64",
    head: "f64",
  },
  locals: {
    row: "i32",
    atV: "i32",
    atX: "i32",
    atNext: "i32",
    atSums: "i32",
    y0: "v128",
    y1: "v128",
    y2: "v128",
    y3: "v128",
    u0: "v128",
    u1: "v128",
    u2: "v128",
    u3: "v128",
    g0: "v128",
    g1: "v128",
    g2: "v128",
    g3: "v128",
    vOfRow: "v128",
    xOfRow: "v128",
    nextOfRow: "v128",
    value: "v128",
    zero: "v128",
  },
  result: null,
  body: `
    loop
      ${each(
        (q) => `
        local.get $y
        v128.load ${16 * q}
        local.set $y${q}
        local.get $u
        v128.load ${16 * q}
        local.set $u${q}
        local.get $zero
        local.set $g${q}`,
      )}
      local.get $matrix
      local.set $row
      local.get $v
      local.set $atV
      local.get $x
      local.set $atX
      local.get $next
      local.set $atNext
      loop
        local.get $atNext
        v128.load64_splat 0
        local.set $nextOfRow
        local.get $atV
        v128.load64_splat 0
        local.set $vOfRow
        local.get $atX
        v128.load64_splat 0
        local.set $xOfRow
        ${each(
          (q) => `
          local.get $row
          local.get $row
          v128.load ${16 * q}
          local.get $vOfRow
          local.get $y${q}
          f64x2.mul
          f64x2.sub
          local.get $xOfRow
          local.get $u${q}
          f64x2.mul
          f64x2.sub
          local.tee $value
          v128.store ${16 * q}
          local.get $value
          local.get $nextOfRow
          f64x2.mul
          local.get $g${q}
          f64x2.add
          local.set $g${q}`,
        )}
        ${advance("row", ROW_BYTES)}
        ${advance("atX", 8)}
        ${advance("atNext", 8)}
        ${advance("atV", 8)}
        ${repeatBelow("atV", "vEnd")}
      end
      ${each(
        (q) => `
        local.get $y
        local.get $g${q}
        local.get $scale
        f64x2.splat
        f64x2.mul
        local.tee $y${q}
        v128.store ${16 * q}
        local.get $u
        local.get $matrix
        v128.load ${16 * q}
        local.get $head
        f64x2.splat
        local.get $y${q}
        f64x2.mul
        f64x2.sub
        local.get $mask
        v128.load ${16 * q}
        f64x2.mul
        local.tee $u${q}
        v128.store ${16 * q}`,
      )}
      local.get $matrix
      local.set $row
      local.get $v
      local.set $atV
      local.get $sums
      local.set $atSums
      loop
        local.get $atSums
        local.get $atSums
        v128.load 0
        ${each(
          (q) => `
          local.get $row
          v128.load ${16 * q}
          local.get $u${q}
          f64x2.mul
          f64x2.add`,
        )}
        v128.store 0
        ${advance("row", ROW_BYTES)}
        ${advance("atSums", 16)}
        ${advance("atV", 8)}
        ${repeatBelow("atV", "vEnd")}
      end
      ${advance("matrix", "blockBytes")}
      ${advance("u", ROW_BYTES)}
      ${advance("mask", ROW_BYTES)}
      ${advance("y", ROW_BYTES)}
      ${repeatBelow("y", "yEnd")}
    end`,
});

const memory = new WebAssembly.Memory({ initial: 1 });
const run = new WebAssembly.Instance(code, { environment: { memory } }).exports.run as (
  ...parameters: number[]
) => void;

/** A matrix and the vectors of its reduction in the memory of the WebAssembly code. */
export type ReductionMemory = {
  /** Block after block of 8 columns, each row-major; the last block's missing columns are zeros. */
  readonly matrix: Float64Array;
  /** Two vectors over rows that take turns: of the last reflection from the left, and of the next. */
  readonly left: readonly [Float64Array, Float64Array];
  readonly x: Float64Array;
  /** Two partial sums a row. */
  readonly sums: Float64Array;
  readonly y: Float64Array;
  readonly u: Float64Array;
  /** 1 for columns of `u` that are wanted, 0 for others. */
  readonly mask: Float64Array;
};

/** Lays the matrix out and clears the vectors. What an earlier call returned is no longer valid. */
export function enterReductionMemory(matrix: Float64Array, rows: number, columns: number): ReductionMemory {
  const width = Math.ceil(columns / BLOCK_COLUMNS) * BLOCK_COLUMNS;
  const lengths = [rows * width, rows, rows, rows, 2 * rows, width, width, width].map((n) => n + (n % 2));
  const needed = 8 * lengths.reduce((sum, length) => sum + length, 0) - memory.buffer.byteLength;
  if (needed > 0) memory.grow(Math.ceil(needed / 65_536));
  let offset = 0;
  const [blocks, v, next, x, sums, y, u, mask] = lengths.map((length) => {
    const view = new Float64Array(memory.buffer, offset, length);
    offset += 8 * length;
    return view;
  }) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let first = 0; first < width; first += BLOCK_COLUMNS) {
    const filled = Math.min(BLOCK_COLUMNS, columns - first);
    for (let i = 0; i < rows; i++) {
      const at = first * rows + i * BLOCK_COLUMNS;
      for (let j = 0; j < filled; j++) blocks[at + j] = matrix[i * columns + first + j]!;
      for (let j = filled; j < BLOCK_COLUMNS; j++) blocks[at + j] = 0;
    }
  }
  for (const vector of [v, next, x, y, u]) vector.fill(0);
  mask.fill(1, 0, columns).fill(0, columns);
  return { matrix: blocks, left: [v, next], x, sums, y, u, mask };
}

/**
 * The step described above on rows and columns from `k` on; `sums` start at zero.
 *
 * @param turn which of `left` is v; the other one is next
 */
export function reflectionStep(
  { matrix, left, x, sums, y, u, mask }: ReductionMemory,
  { k, rows, turn, scale }: { k: number; rows: number; turn: 0 | 1; scale: number },
): void {
  const [v, next] = [left[turn], left[turn === 0 ? 1 : 0]];
  sums.fill(0);
  const block = k - (k % BLOCK_COLUMNS);
  run(
    matrix.byteOffset + 8 * (block * rows + k * BLOCK_COLUMNS),
    rows * ROW_BYTES,
    v.byteOffset + 8 * k,
    v.byteOffset + 8 * rows,
    x.byteOffset + 8 * k,
    next.byteOffset + 8 * k,
    sums.byteOffset + 16 * k,
    y.byteOffset + 8 * block,
    y.byteOffset + y.byteLength,
    u.byteOffset + 8 * block,
    mask.byteOffset + 8 * block,
    scale,
    next[k]!,
  );
}
