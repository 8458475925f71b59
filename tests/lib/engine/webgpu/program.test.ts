/** What a graph becomes on a card: which values share a kernel, and which share memory. */
import { describe, expect, test } from "vitest";
import { gradients } from "@/lib/engine/autodiff";
import { Graph } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import type { Program } from "@/lib/engine/webgpu/dispatch";
import { cardTuning } from "@/lib/engine/webgpu/kernels/tiling";
import { isScratch } from "@/lib/engine/webgpu/lowering";
import { bytesOf, planMemory } from "@/lib/engine/webgpu/memory-plan";
import { buildProgram } from "@/lib/engine/webgpu/program";

const target = { mostBuffers: 8, mostRoomBytes: 16_384, tuning: cardTuning };

function labels({ dispatches }: Program): string[] {
  return dispatches.map(({ kernel }) => kernel.label.replace(/[%.]|\d+/g, ""));
}

/** A trained chain of products and softmaxes, whose values have long lives and short ones. */
function chain(): Graph {
  const graph = new Graph("chain");
  let x = graph.input("x", [40, 40]);
  for (let layer = 0; layer < 6; layer++) x = op.softmax(op.matmul(x, op.exp(x)));
  graph.output("y", x);
  graph.output("gradient", gradients(op.reduceSum(op.square(x), [0, 1]), [graph.inputs.get("x")!])[0]!);
  return graph;
}

describe("a program", () => {
  test("computes runs of value-by-value operations and moves in one kernel", () => {
    const graph = new Graph("run");
    const x = graph.input("x", [4, 6]);
    const scale = op.add(graph.input("scale", [1, 6]), 1);
    const moved = op.reshape(op.transpose(op.mul(op.silu(x), scale), [1, 0]), [2, 3, 4]);
    graph.output(
      "y",
      op.slice(op.pad(op.flip(moved, [1]), [0, 1, 0], [0, 0, 0]), { axis: 2, start: 1, end: 3 }),
    );
    expect(labels(buildProgram(graph, target))).toEqual(["map slice"]);
  });

  test("stores what several kernels would compute from much memory", () => {
    const graph = new Graph("shared");
    const [a, b] = [graph.input("a", [512, 512]), graph.input("b", [512, 512])];
    const sum = op.add(a, b);
    graph.output("exp", op.exp(sum));
    graph.output("tanh", op.tanh(sum));
    expect(labels(buildProgram(graph, target))).toEqual(["map add", "map exp; map tanh"]);
    const one = new Graph("one operand");
    const doubled = op.mul(one.input("a", [512, 512]), 2);
    one.output("exp", op.exp(doubled));
    one.output("tanh", op.tanh(doubled));
    expect(labels(buildProgram(one, target))).toEqual(["map exp; map tanh"]);
  });

  test("binds no more buffers than a kernel may", () => {
    const graph = new Graph("many");
    const inputs = Array.from({ length: 20 }, (_, index) => graph.input(`x${index}`, [9]));
    graph.output(
      "y",
      inputs.reduce((sum, x) => op.add(sum, op.exp(x))),
    );
    const { dispatches } = buildProgram(graph, target);
    expect(dispatches.length).toBeGreaterThan(1);
    for (const { kernel } of dispatches) expect(kernel.reads + kernel.writes).toBeLessThanOrEqual(8);
  });

  test("gives values memory that nothing else needs while they live, and less than they take together", () => {
    const program = buildProgram(chain(), target);
    const { sizesBytes, pieceOf } = planMemory(program);
    const ofOutputs = new Set([...program.outputs.values()].map((tensor) => pieceOf.get(tensor)));
    const holder = new Map<number, unknown>();
    for (const { reads, writes } of program.dispatches) {
      for (const value of reads) {
        if (!isScratch(value) && program.given.has(value)) continue;
        expect(holder.get(pieceOf.get(value)!), "a value was overwritten before it was read").toBe(value);
      }
      for (const value of writes) {
        expect(reads.map((read) => pieceOf.get(read))).not.toContain(pieceOf.get(value));
        holder.set(pieceOf.get(value)!, value);
      }
    }
    for (const tensor of program.outputs.values()) expect(holder.get(pieceOf.get(tensor)!)).toBe(tensor);
    expect(ofOutputs.size).toBe(2);
    const together = [...pieceOf.keys()].reduce((sum, value) => sum + bytesOf(value, program.halves), 0);
    expect(sizesBytes.reduce((sum, bytes) => sum + bytes)).toBeLessThan(together / 2);
  });
});
