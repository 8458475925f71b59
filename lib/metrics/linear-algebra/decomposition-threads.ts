/** Shares threads out among matrices: one for each that waits, and what is left over helps with the others. */
import { availableParallelism } from "node:os";
import { DecompositionTeam, usefulThreads } from "./decomposition-team";
import { DecompositionThread } from "./decomposition-thread";

const idle: DecompositionThread[] = [];
const waiting: ((thread: DecompositionThread) => void)[] = [];
const teams = new Set<DecompositionTeam>();
let threads = 0;

/** Lets the threads start that a matrix of this size can use, or as many as there are cores. */
export function expectMatrix(rows: number, columns: number): void {
  startThreads(usefulThreads(rows, columns));
}

/**
 * The sum of a matrix's singular values.
 *
 * @param matrix row-major [rows, columns], finite; its memory moves to a thread
 */
export async function sumSingularValues(
  matrix: Float64Array,
  rows: number,
  columns: number,
): Promise<number> {
  expectMatrix(rows, columns);
  const team = new DecompositionTeam(await takeThread(), rows, columns);
  teams.add(team);
  lendSoon();
  try {
    return await team.sumSingularValues(matrix);
  } finally {
    team.release().then((usable) => {
      teams.delete(team);
      threads -= team.size - usable.length;
      startThreads(threads + waiting.length);
      idle.push(...usable);
      while (waiting.length > 0 && idle.length > 0) waiting.shift()!(idle.pop()!);
      lendSoon();
    });
  }
}

function startThreads(total: number): void {
  for (; threads < Math.min(total, availableParallelism()); threads++) idle.push(new DecompositionThread());
}

function takeThread(): Promise<DecompositionThread> {
  startThreads(threads - idle.length + 1);
  const thread = idle.pop();
  return thread ? Promise.resolve(thread) : new Promise((resolve) => waiting.push(resolve));
}

/** Not at once: where one matrix comes, more may follow in the same turn, and those are served better by a thread each. */
function lendSoon(): void {
  setImmediate(() => {
    while (idle.length > 0) {
      const [neediest] = [...teams].filter((team) => team.wantsHelp).sort((a, b) => a.size - b.size);
      if (!neediest) return;
      neediest.join(idle.pop()!);
    }
  });
}
