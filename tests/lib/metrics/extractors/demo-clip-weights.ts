/** Random weights of the demo's CLIP with a vocabulary of a few words, for tests of everything but what it has learnt. */
import { Graph } from "@/lib/engine/graph/graph";
import { elementCount } from "@/lib/engine/graph/tensor-type";
import type { Weight } from "@/lib/engine/graph/weights";
import {
  captionTower,
  demoClipSizePx,
  demoClipWords,
  imageTower,
} from "@/lib/metrics/extractors/demo-clip-network";
import { DemoClipVocabulary } from "@/lib/metrics/extractors/demo-clip-vocabulary";
import { Random } from "@/lib/numerics/random";

export function drawDemoClipWeights(words: readonly string[]): Map<string, Weight> {
  const vocabulary = new DemoClipVocabulary(words);
  const graph = new Graph("shapes");
  imageTower(graph.input("images", [1, 3, demoClipSizePx, demoClipSizePx]));
  const rows = graph.input("words", [1, demoClipWords], "int64");
  captionTower(rows, graph.input("mask", [1, demoClipWords]), vocabulary.size);
  const random = new Random(3);
  const weights = new Map<string, Weight>();
  for (const [name, { shape }] of graph.parameters) {
    const deviation = 1 / Math.sqrt(elementCount(shape.slice(1)));
    const data = random.normals(elementCount(shape)).map((value) => value * deviation);
    weights.set(name, { shape, data });
  }
  const bytes = vocabulary.toBytes();
  weights.set("caption.vocabulary", { shape: [bytes.length], data: Float32Array.from(bytes) });
  return weights;
}
