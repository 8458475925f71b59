/** The thread's side of decomposition-thread.ts: sums a matrix's singular values, or helps another thread to. */
import { parentPort } from "node:worker_threads";
import { reduceToBidiagonal } from "./bidiagonalise";
import { viewReduction } from "./reduction-memory";
import { endSteps, helpReduction, leadingRunner } from "./reduction-team";
import { singularValueSum } from "./singular-value-sum";

/** `matrix` is row-major [rows, columns]; its memory moves to the thread. */
export type NuclearNormRequest = {
  readonly matrix: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** Prepared for what will be reduced. Other threads may help there. */
  readonly memory: WebAssembly.Memory;
};
/** Rows and columns are those of what is reduced. */
export type HelpRequest = Pick<NuclearNormRequest, "memory" | "rows" | "columns"> & {
  readonly matrix: null;
  /** 1 for the first helper, and so on. */
  readonly place: number;
};

/** Of a thread that helped the sum is 0. */
export type NuclearNormReply =
  | { readonly sum: number; readonly error: null }
  | { readonly sum: null; readonly error: unknown };

parentPort!.on("message", (request: NuclearNormRequest | HelpRequest) => {
  let reply: NuclearNormReply;
  try {
    reply = { sum: request.matrix === null ? help(request) : lead(request), error: null };
  } catch (error) {
    reply = { sum: null, error };
  }
  parentPort!.postMessage(reply);
});

function help({ memory, rows, columns, place }: HelpRequest): 0 {
  helpReduction(viewReduction(memory, rows, columns), place);
  return 0;
}

function lead({ matrix, rows, columns, memory }: NuclearNormRequest): number {
  try {
    return singularValueSum(matrix, rows, columns, (core, ...shape) => {
      const view = viewReduction(memory, ...shape);
      return reduceToBidiagonal(view, core, leadingRunner(view));
    });
  } finally {
    endSteps(memory);
  }
}
