/** Sums of a kernel over the pairs of two sets, and over the pairs of their clusters. */
import { type Features, rowBlocks, squaredNorms } from "../features/features";
import type { Clusters } from "../intervals/intervals";
import { productWithTranspose } from "../linear-algebra/product";

/** A kernel as a function of x·y, x·x and y·y. */
export type Kernel = (xy: number, xx: number, yy: number) => number;

/** Rows and columns of the kernel matrix that exist at a time. */
const ROWS_AT_A_TIME = 1000;
/** Up to this number of clusters per set, their products are kept for the second-order part of the variance and for skewness. */
const MOST_CLUSTERS = 2000;

export type KernelSums = {
  readonly mean: number;
  /** Of the vectors with themselves, if these are excluded from the other sums. */
  readonly meanOfSelf: number;
  /** Mean kernel of each x, and of each y. */
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  /** For every two different clusters the sum of their kernels, minus row and column means; empty for too many clusters. */
  readonly rests: Float64Array;
};

export async function kernelSums(
  x: Features,
  y: Features,
  kernel: Kernel,
  pairs: "all" | "off-diagonal",
  ofX: Clusters,
  ofY: Clusters,
): Promise<KernelSums> {
  const [xx, yy] = [squaredNorms(x), squaredNorms(y)];
  const [groupsX, groupsY] = [numbered(ofX), numbered(ofY)];
  const isKept = Math.max(groupsX.sizes.length, groupsY.sizes.length) <= MOST_CLUSTERS;
  const width = groupsY.sizes.length;
  const together = new Float64Array(isKept ? groupsX.sizes.length * width : 0);
  const rows = new Float64Array(x.count);
  const columns = new Float64Array(y.count);
  let ofSelf = 0;
  for (const { start, block: someRows } of rowBlocks(x, ROWS_AT_A_TIME)) {
    for (const { start: first, block: someColumns } of rowBlocks(y, ROWS_AT_A_TIME)) {
      const products = await productWithTranspose(
        someRows.values,
        someRows.count,
        someColumns.values,
        someColumns.count,
        x.dims,
      );
      for (let i = 0; i < someRows.count; i++) {
        const self = pairs === "off-diagonal" ? start + i - first : -1;
        const group = groupsX.of[start + i]! * width;
        let sum = 0;
        for (let j = 0; j < someColumns.count; j++) {
          const value = kernel(products[i * someColumns.count + j]!, xx[start + i]!, yy[first + j]!);
          if (j === self) {
            ofSelf += value;
            continue;
          }
          sum += value;
          columns[first + j]! += value;
          if (isKept) together[group + groupsY.of[first + j]!]! += value;
        }
        rows[start + i]! += sum;
      }
    }
  }
  const self = pairs === "off-diagonal" ? 1 : 0;
  const mean = rows.reduce((sum, row) => sum + row, 0) / (x.count * (y.count - self));
  for (let i = 0; i < x.count; i++) rows[i]! /= y.count - self;
  for (let j = 0; j < y.count; j++) columns[j]! /= x.count - self;
  if (isKept) subtractMeans(together, { mean, rows, columns }, groupsX, groupsY, x === y);
  return { mean, meanOfSelf: ofSelf / x.count, rows, columns, rests: together };
}

export type Groups = { readonly of: Int32Array; readonly sizes: readonly number[] };

/** Clusters numbered from 0 without gaps. */
export function numbered(clusters: Clusters): Groups {
  const numbers = new Map<number, number>();
  const sizes: number[] = [];
  const of = clusters.map((cluster) => {
    const number = numbers.get(cluster) ?? numbers.size;
    numbers.set(cluster, number);
    sizes[number] = (sizes[number] ?? 0) + 1;
    return number;
  });
  return { of, sizes };
}

/** Subtracts row and column means from sums of kernels; 0 for a cluster with itself. */
function subtractMeans(
  together: Float64Array,
  { mean, rows, columns }: Pick<KernelSums, "mean" | "rows" | "columns">,
  x: Groups,
  y: Groups,
  isOneSet: boolean,
): void {
  const beyondMean = (values: Float64Array, groups: Groups) =>
    totalsOf(values, groups).map((total, g) => total - groups.sizes[g]! * mean);
  const [ofRows, ofColumns] = [beyondMean(rows, x), beyondMean(columns, y)];
  for (let g = 0; g < x.sizes.length; g++) {
    for (let h = 0; h < y.sizes.length; h++) {
      const at = g * y.sizes.length + h;
      const [many, others] = [x.sizes[g]!, y.sizes[h]!];
      if (isOneSet && g === h) together[at] = 0;
      else together[at]! -= many * others * mean + others * ofRows[g]! + many * ofColumns[h]!;
    }
  }
}

export function totalsOf(values: Float64Array, groups: Groups): Float64Array {
  const totals = new Float64Array(groups.sizes.length);
  for (let i = 0; i < values.length; i++) totals[groups.of[i]!]! += values[i]!;
  return totals;
}
