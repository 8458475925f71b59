/** One part of one step of the reduction: what a thread does on its own. */
import type { ReductionMemory } from "./reduction-memory";
import { BLOCK_COLUMNS, ROW_BYTES } from "./reflection-kernel";

/**
 * Step `k` of reflection-kernel.ts on rows from `k` and columns from `k + 1` on, for the blocks of one part; and
 * `column`, if it is in one of them. `left[k % 2]` is next, the other one v. Different parts write to different places,
 * and none reads what another one writes.
 */
export function reflectPart(memory: ReductionMemory, k: number, part: number): void {
  memory.sums[part]!.fill(0, 2 * k);
  const parts = memory.sums.length;
  const lead = Math.floor((k + 1) / BLOCK_COLUMNS);
  const last = memory.y.length / BLOCK_COLUMNS - 1;
  const first = lead + ((part - (lead % parts) + parts) % parts);
  const count = Math.floor((last - first) / parts) + 1;
  if (first === lead) {
    reflectBlocks(memory, k, part, lead + parts, count - 1);
    reflectBlocks(memory, k, part, lead, 1);
    copyColumn(memory, k + 1);
  } else {
    reflectBlocks(memory, k, part, first, count);
  }
}

/** To and fro from step to step: what was left in the cache by the last step is met first. */
function reflectBlocks(memory: ReductionMemory, k: number, part: number, first: number, count: number): void {
  if (count <= 0) return;
  const { rows, matrix, left, scale, x, y, u, mask, sums, kernel } = memory;
  const [next, v] = k % 2 === 0 ? left : [left[1], left[0]];
  const step = k % 2 === 0 ? sums.length : -sums.length;
  const block = k % 2 === 0 ? first : first + (count - 1) * sums.length;
  kernel(
    matrix.byteOffset + (block * rows + k) * ROW_BYTES,
    step * rows * ROW_BYTES,
    step * ROW_BYTES,
    v.byteOffset + 8 * k,
    v.byteOffset + 8 * rows,
    x.byteOffset + 8 * k,
    next.byteOffset + 8 * k,
    sums[part]!.byteOffset + 16 * k,
    y.byteOffset + block * ROW_BYTES,
    y.byteOffset + (block + count * step) * ROW_BYTES,
    u.byteOffset + block * ROW_BYTES,
    mask.byteOffset + block * ROW_BYTES,
    scale[0]!,
    next[k]!,
  );
}

/** While its block is in the cache. */
function copyColumn({ rows, matrix, column }: ReductionMemory, index: number): void {
  const within = index % BLOCK_COLUMNS;
  const block = (index - within) * rows + within;
  for (let i = index; i < rows; i++) column[i] = matrix[block + i * BLOCK_COLUMNS]!;
}
