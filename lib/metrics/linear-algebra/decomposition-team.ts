/** Threads that decompose one matrix together: a leader, and helpers that may join it at any time. */
import type { DecompositionThread } from "./decomposition-thread";
import { partsOf, prepareReductionMemory } from "./reduction-memory";
import { shapeToReduce } from "./singular-value-sum";

/** How many threads shorten the work on a matrix. */
export function usefulThreads(rows: number, columns: number): number {
  return partsOf(...shapeToReduce(rows, columns));
}

export class DecompositionTeam {
  readonly #leader: DecompositionThread;
  readonly #rows: number;
  readonly #columns: number;
  readonly #helpers: DecompositionThread[] = [];
  readonly #help: Promise<number>[] = [];
  #isAtWork = false;
  #failure: unknown = null;

  /**
   * @param leader a free thread; the work is done in its memory
   * @param rows, columns of the matrix
   */
  constructor(leader: DecompositionThread, rows: number, columns: number) {
    this.#leader = leader;
    this.#rows = rows;
    this.#columns = columns;
  }

  get size(): number {
    return 1 + this.#helpers.length;
  }

  /** Whether another thread would shorten the work, which has begun. */
  get wantsHelp(): boolean {
    return this.#isAtWork && this.size < usefulThreads(this.#rows, this.#columns);
  }

  /**
   * The sum of the singular values.
   *
   * @param matrix row-major; its memory moves to the leader
   */
  async sumSingularValues(matrix: Float64Array): Promise<number> {
    const { memory } = this.#leader;
    try {
      prepareReductionMemory(memory, ...shapeToReduce(this.#rows, this.#columns));
      this.#isAtWork = true;
      return await this.#leader.ask({ matrix, rows: this.#rows, columns: this.#columns, memory });
    } catch (cause) {
      this.#failure ??= cause;
      await this.#end();
      throw this.#failure;
    } finally {
      this.#isAtWork = false;
    }
  }

  /**
   * Lets a thread help with the work that has begun.
   *
   * @param thread a free one
   */
  join(thread: DecompositionThread): void {
    const [rows, columns] = shapeToReduce(this.#rows, this.#columns);
    const { memory } = this.#leader;
    const help = thread.ask({ matrix: null, rows, columns, memory, place: this.size });
    this.#helpers.push(thread);
    this.#help.push(help);
    help.catch((cause) => {
      this.#failure ??= cause;
      // The others may wait for what this thread had begun.
      return this.#end();
    });
  }

  /** The threads that can be used again, once the work is done and all of them are free. */
  async release(): Promise<DecompositionThread[]> {
    await Promise.allSettled(this.#help);
    return this.#threads.filter(({ hasEnded }) => !hasEnded);
  }

  get #threads(): DecompositionThread[] {
    return [this.#leader, ...this.#helpers];
  }

  async #end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}
