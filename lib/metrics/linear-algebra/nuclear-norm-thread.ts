/** The thread's side of nuclear-norm.ts: answers each matrix with the sum of its singular values. */
import { parentPort } from "node:worker_threads";
import { singularValueSum } from "./singular-value-sum";

/** `matrix` is row-major [rows, columns]; its memory moves to the thread. */
export type NuclearNormRequest = {
  readonly matrix: Float64Array;
  readonly rows: number;
  readonly columns: number;
};
export type NuclearNormReply =
  | { readonly sum: number; readonly error: null }
  | { readonly sum: null; readonly error: unknown };

parentPort!.on("message", ({ matrix, rows, columns }: NuclearNormRequest) => {
  let reply: NuclearNormReply;
  try {
    reply = { sum: singularValueSum(matrix, rows, columns), error: null };
  } catch (error) {
    reply = { sum: null, error };
  }
  parentPort!.postMessage(reply);
});
