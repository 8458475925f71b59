/** Runs a graph piece by piece: slower by the copies between the pieces, in the memory of the largest of them. */
import { checkOutputNames } from "../graph/feeds";
import type { Graph } from "../graph/graph";
import { cutIntoPieces, type Piece } from "../graph/pieces";
import type { TensorData } from "../graph/tensor-type";
import { createSession, type Session, type SessionOptions } from "./session";

type PiecewiseOptions = Omit<SessionOptions, "weights" | "keepsMemory"> & {
  /** About so many pieces, see cutIntoPieces. */
  readonly pieceCount: number;
};

/**
 * One session of ONNX Runtime for a whole training graph needs more memory than the graph's order of nodes would: it
 * merges what is computed twice, so that nothing is recomputed (see gradients), and its binding copies every output at
 * the end of a run, which are all gradients at once. Sessions of pieces do neither.
 */
export class PiecewiseSession implements Session {
  readonly #whole: Graph;
  readonly #pieces: readonly (Piece & { readonly session: Session })[];

  private constructor(whole: Graph, pieces: readonly (Piece & { readonly session: Session })[]) {
    this.#whole = whole;
    this.#pieces = pieces;
  }

  static async create(graph: Graph, { pieceCount, ...options }: PiecewiseOptions): Promise<PiecewiseSession> {
    const pieces: (Piece & { session: Session })[] = [];
    for (const piece of cutIntoPieces(graph, pieceCount)) {
      pieces.push({
        ...piece,
        session: await createSession(piece.graph, { ...options, keepsMemory: false }),
      });
    }
    return new PiecewiseSession(graph, pieces);
  }

  /** As Session's, but lets other work of the process in between two pieces. */
  async run(
    feeds: Readonly<Record<string, TensorData>>,
    into: Readonly<Record<string, TensorData>> = {},
    held: Readonly<Record<string, TensorData>> = {},
  ): Promise<Record<string, TensorData>> {
    checkOutputNames(this.#whole.name, this.#whole.outputs, Object.keys(into));
    const available = { ...feeds };
    const outputs: Record<string, TensorData> = {};
    for (const { graph, leaves, usesLast, session } of this.#pieces) {
      const own = Object.entries(into).filter(([name]) => graph.outputs.has(name));
      const results = await session.run(available, Object.fromEntries(own), held);
      for (const name of usesLast) delete available[name];
      for (const [name, data] of Object.entries(results)) {
        if (leaves.includes(name)) available[name] = data;
        else outputs[name] = data;
      }
    }
    return outputs;
  }

  async release(): Promise<void> {
    await Promise.all(this.#pieces.map(({ session }) => session.release()));
  }
}
