/** Classifier-free guidance at scales with a known result, and beyond. */
import { describe, expect, it } from "vitest";
import { guidanceFeeds, guide } from "@/lib/diffusion/model/guidance";
import { Graph } from "@/lib/engine/graph/graph";
import { createSession } from "@/lib/engine/runtime/session";

describe("guide", () => {
  const halves = Float32Array.of(1, 2, -3, 7, 8, 9, 0, 2, -1, 4, 5, 6);

  it("guides the noise and leaves the caption's variance: itself at 1, the empty caption's at 0, further beyond", async () => {
    const graph = new Graph("guidance");
    graph.output("prediction", guide(graph, graph.input("halves", [2, 6, 1, 1])));
    const session = await createSession(graph);
    const guided = async (scale: number) => {
      const { prediction } = await session.run({ halves, ...guidanceFeeds(scale) });
      return [...(prediction as Float32Array)];
    };
    expect(await guided(1)).toEqual([1, 2, -3, 7, 8, 9]);
    expect(await guided(0)).toEqual([0, 2, -1, 7, 8, 9]);
    expect(await guided(3)).toEqual([3, 2, -7, 7, 8, 9]);
    await session.release();
  });
});
