/** The nuclear norm of a dense matrix, computed in threads of its own where it takes long. */
import { SemblanceError } from "../../errors";
import { startThreads, type Team, withThreads } from "./decomposition-threads";
import { prepareReductionMemory } from "./reduction-memory";
import { PARTS } from "./reflection-kernel";
import { shapeToReduce, singularValueSum } from "./singular-value-sum";

/** From so many multiplications on, some 5 ms, handing a matrix to a thread is worth it. */
const WORTH_A_THREAD = 2e7;
/** From so many on, 585 × 585, several threads save a third of one's time; there are many of the smaller ones at once. */
const WORTH_A_TEAM = 2e8;

/**
 * The sum of the singular values; the same to the last digit however many threads compute it. `matrix` is used up, and
 * its memory may be gone afterwards. Large matrices are decomposed by threads, as many as there are cores, one matrix
 * by each or by several together; meanwhile this thread goes on.
 *
 * @param matrix row-major [rows, columns], finite
 */
export async function nuclearNorm(matrix: Float64Array, rows: number, columns: number): Promise<number> {
  const most = usefulThreads(rows, columns);
  if (most === 0) return singularValueSum(matrix, rows, columns);
  try {
    return await withThreads(most, (team) => nuclearNormByTeam(team, matrix, rows, columns));
  } catch (cause) {
    throw new SemblanceError("internal", "The thread that decomposes the feature product failed.", { cause });
  }
}

/** The same by given threads; none of them is free before all are. */
export async function nuclearNormByTeam(
  [leader, ...helpers]: Team,
  matrix: Float64Array,
  rows: number,
  columns: number,
): Promise<number> {
  const { memory } = leader;
  const shape = shapeToReduce(rows, columns);
  prepareReductionMemory(memory, ...shape);
  const [sum] = await Promise.all([
    leader.ask({ matrix, rows, columns, memory, isTeam: helpers.length > 0 }),
    ...helpers.map((helper, i) =>
      helper.ask({ matrix: null, rows: shape[0], columns: shape[1], memory, place: i + 1 }),
    ),
  ]);
  return sum;
}

/** Lets threads start, which takes as long as a large product, while the matrix is still being computed. */
export function expectNuclearNorm(rows: number, columns: number): void {
  startThreads(usefulThreads(rows, columns));
}

/** 0: none but this one. */
function usefulThreads(rows: number, columns: number): number {
  const multiplications = rows * columns * Math.min(rows, columns);
  if (multiplications < WORTH_A_THREAD) return 0;
  return multiplications < WORTH_A_TEAM ? 1 : PARTS;
}
