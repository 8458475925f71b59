/** The nuclear norm of a dense matrix, computed in threads of its own where it takes long. */
import { SemblanceError } from "../../errors";
import { expectMatrix, sumSingularValues } from "./decomposition-threads";
import { singularValueSum } from "./singular-value-sum";

/** From so many multiplications on, some 5 ms, handing a matrix to a thread is worth it. */
const WORTH_A_THREAD = 2e7;

/**
 * The sum of the singular values; the same to the last digit however many threads compute it. `matrix` is used up, and
 * its memory may be gone afterwards. Large matrices are decomposed by as many threads as there are cores, each by one
 * of them or by several together; meanwhile this thread goes on.
 *
 * @param matrix row-major [rows, columns], finite
 */
export async function nuclearNorm(matrix: Float64Array, rows: number, columns: number): Promise<number> {
  if (!isWorthThread(rows, columns)) return singularValueSum(matrix, rows, columns);
  try {
    return await sumSingularValues(matrix, rows, columns);
  } catch (cause) {
    throw new SemblanceError("internal", "The thread that decomposes the feature product failed.", { cause });
  }
}

/** Lets threads start, which takes as long as a large product, while the matrix is still being computed. */
export function expectNuclearNorm(rows: number, columns: number): void {
  if (isWorthThread(rows, columns)) expectMatrix(rows, columns);
}

function isWorthThread(rows: number, columns: number): boolean {
  return rows * columns * Math.min(rows, columns) >= WORTH_A_THREAD;
}
