/** A graph that is ready to run, wherever it runs. */
import type { TensorData } from "./tensor-type";

export interface Session {
  /**
   * Computes the outputs. On the processor it blocks the event loop until done; nowhere can it be interrupted: what
   * must be cancellable runs in a child process.
   *
   * @param feeds the inputs, and the parameters unless the session holds them, by name; arrays may be views of
   *   larger ones
   * @param into arrays to write outputs into, by output name; the result holds these very arrays
   * @param held further feeds, which many runs share: while the same object is given, a card keeps them, so its arrays must not
   *   change
   * @returns every output by name
   * @throws SemblanceError `missing_tensor` or `shape_mismatch`, naming the tensor
   */
  run(
    feeds: Readonly<Record<string, TensorData>>,
    into?: Readonly<Record<string, TensorData>>,
    held?: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, TensorData>>;
  /** Frees the memory; the session cannot run again. */
  release(): Promise<void>;
}
