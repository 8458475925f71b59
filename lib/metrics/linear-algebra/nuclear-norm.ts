/** The nuclear norm of a dense matrix, computed in a thread of its own where it takes long. */
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { SemblanceError } from "../../errors";
import type { NuclearNormReply, NuclearNormRequest } from "./nuclear-norm-thread";
import { singularValueSum } from "./singular-value-sum";

/** From so many multiplications on, some 5 ms, handing a matrix to a thread is worth it. */
const WORTH_A_THREAD = 2e7;

/**
 * The sum of the singular values. `matrix` is used up, and its memory may be gone afterwards. Large matrices are
 * decomposed by threads, as many at a time as there are cores; meanwhile this thread goes on.
 *
 * @param matrix row-major [rows, columns], finite
 */
export async function nuclearNorm(matrix: Float64Array, rows: number, columns: number): Promise<number> {
  if (!isWorthThread(rows, columns)) return singularValueSum(matrix, rows, columns);
  const thread = await takeThread();
  try {
    return await thread.compute({ matrix, rows, columns });
  } finally {
    returnThread(thread);
  }
}

/** Lets a thread start, which takes as long as a large product, while the matrix is still being computed. */
export function expectNuclearNorm(rows: number, columns: number): void {
  if (threads > 0 || !isWorthThread(rows, columns)) return;
  threads++;
  idle.push(new DecompositionThread());
}

function isWorthThread(rows: number, columns: number): boolean {
  return rows * columns * Math.min(rows, columns) >= WORTH_A_THREAD;
}

/** Beside tsx's main file, since a require of tsx/esm/api finds the CommonJS one, which cannot load its own hooks. */
const loader = new URL("./esm/api/index.mjs", pathToFileURL(createRequire(import.meta.url).resolve("tsx")));

/** The thread reads TypeScript by a loader of its own: Node hands on none that was registered in this one. */
const THREAD = `
  import(${JSON.stringify(loader.href)})
    .then(({ register }) => register())
    .then(() => import(${JSON.stringify(new URL("./nuclear-norm-thread.ts", import.meta.url).href)}));`;

/** A thread that decomposes one matrix at a time. It keeps the process alive only while it does. */
class DecompositionThread {
  readonly #worker: Worker;
  hasEnded = false;

  constructor() {
    this.#worker = new Worker(THREAD, { eval: true, execArgv: [] });
    this.#worker.on("exit", () => {
      this.hasEnded = true;
    });
    this.#worker.unref();
  }

  compute(request: NuclearNormRequest): Promise<number> {
    const worker = this.#worker;
    worker.ref();
    return new Promise<number>((resolve, reject) => {
      const fail = (cause: unknown) => {
        reject(
          new SemblanceError("internal", "The thread that decomposes the feature product failed.", { cause }),
        );
      };
      worker.once("message", ({ sum, error }: NuclearNormReply) =>
        sum === null ? fail(error) : resolve(sum),
      );
      worker.once("error", (cause) => {
        this.hasEnded = true;
        fail(cause);
      });
      worker.postMessage(request, [request.matrix.buffer as ArrayBuffer]);
    }).finally(() => {
      worker.removeAllListeners("message").removeAllListeners("error");
      worker.unref();
    });
  }
}

const idle: DecompositionThread[] = [];
const waiting: ((thread: DecompositionThread) => void)[] = [];
let threads = 0;

async function takeThread(): Promise<DecompositionThread> {
  const thread = idle.pop();
  if (thread) return thread;
  if (threads < availableParallelism()) {
    threads++;
    return new DecompositionThread();
  }
  return new Promise((resolve) => waiting.push(resolve));
}

function returnThread(thread: DecompositionThread): void {
  const usable = thread.hasEnded ? new DecompositionThread() : thread;
  const next = waiting.shift();
  if (next) next(usable);
  else idle.push(usable);
}
