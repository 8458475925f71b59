/** Where graphs are cut, and what goes from piece to piece. */
import { expect, test } from "vitest";
import type { Graph } from "@/lib/engine/graph/graph";
import { liveBytes } from "@/lib/engine/graph/live-bytes";
import { cutIntoPieces } from "@/lib/engine/graph/pieces";
import { elementCount } from "@/lib/engine/graph/tensor-type";
import { nodesUsed } from "@/lib/engine/graph/used-tensors";
import { layerChain } from "../layer-chain";

const [size, layers] = [32, 8];
const chain = (recomputesBlocks: boolean) => layerChain({ size, layers, recomputesBlocks });

test("it is cut where little is alive, into about the pieces asked for, which hold nothing twice", () => {
  const graph = chain(true);
  const pieces = cutIntoPieces(graph, 6);
  expect(Math.abs(pieces.length - 6)).toBeLessThanOrEqual(2);
  const bytes = (names: readonly string[], { outputs }: Graph) =>
    names.reduce((sum, name) => sum + 4 * elementCount(outputs.get(name)!.shape), 0);
  const most = Math.max(...pieces.map(({ leaves, graph: piece }) => bytes(leaves, piece)));
  // A layer's input for each layer, and the gradient by the last one's: what a piece leaves is never more.
  expect(most).toBeLessThanOrEqual(4 * size * size * (layers + 2));
  const made = pieces.flatMap(({ leaves }) => leaves);
  expect(new Set(made).size).toBe(made.length);
  expect(pieces.flatMap(({ usesLast }) => usesLast).sort()).toEqual([...made].sort());
});

test("recomputation lowers what is alive at the worst place", () => {
  const [kept, recomputed] = [chain(false), chain(true)].map((graph) =>
    Math.max(...liveBytes(nodesUsed(graph))),
  );
  expect(kept! / (4 * size * size)).toBeGreaterThan(7 * layers);
  // The input of every layer, and one layer's values.
  expect(recomputed! / (4 * size * size)).toBeLessThan(layers + 12);
});
