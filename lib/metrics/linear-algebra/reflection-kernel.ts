/** One step of a two-sided Householder reduction over a part of a matrix, in WebAssembly: two values at a time. */
import { assemble } from "@/lib/numerics/wasm-assembler";

/**
 * The matrix is in blocks of so many columns, each block row by row: 64 bytes a row, a cache line. A block of some
 * thousand rows stays in the second-level cache between the two passes that a step makes over it.
 */
export const BLOCK_COLUMNS = 8;

export const ROW_BYTES = 8 * BLOCK_COLUMNS;
const quarters = [0, 1, 2, 3] as const;
const each = (text: (quarter: number) => string) => quarters.map(text).join("\n");
const advance = (name: string, by: number | string) => `
  local.get $${name}
  ${typeof by === "number" ? `i32.const ${by}` : `local.get $${by}`}
  i32.add
  local.set $${name}`;
const repeatUntil = (name: string, end: string) => `
  local.get $${name}
  local.get $${end}
  i32.ne
  br_if 0`;

/**
 * For one block after the other, with all addresses in bytes and the vectors of float64:
 *
 *   A -= v yᵀ + x uᵀ,   y = scale Aᵀ next,   u = mask (A's first row - head yᵀ),   sums += A u (two sums a row).
 *
 * `matrix`, `v`, `x`, `next`, `sums` point to the first row that takes part, `y`, `u`, `mask` to the first block; `yEnd`
 * is where the block behind the last one would have its y. Blocks are `matrixStride` and `vectorStride` apart, backwards
 * where these are negative.
 */
const code = assemble({
  parameters: {
    matrix: "i32",
    matrixStride: "i32",
    vectorStride: "i32",
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
      ${repeatUntil("atV", "vEnd")}
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
      ${repeatUntil("atV", "vEnd")}
    end
    ${advance("matrix", "matrixStride")}
    ${advance("u", "vectorStride")}
    ${advance("mask", "vectorStride")}
    ${advance("y", "vectorStride")}
    ${repeatUntil("y", "yEnd")}
  end`,
});

export type ReflectionKernel = (
  matrix: number,
  matrixStride: number,
  vectorStride: number,
  v: number,
  vEnd: number,
  x: number,
  next: number,
  sums: number,
  y: number,
  yEnd: number,
  u: number,
  mask: number,
  scale: number,
  head: number,
) => void;

export function reflectionKernel(memory: WebAssembly.Memory): ReflectionKernel {
  return new WebAssembly.Instance(code, { environment: { memory } }).exports.run as ReflectionKernel;
}
