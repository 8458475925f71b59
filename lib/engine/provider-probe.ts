/** Child process: tries one execution provider on a small network and tells the parent how it went. */
import type { ExecutionProvider } from "./execution-provider";
import { Graph } from "./graph";
import { conv2d, relu } from "./ops";
import { createSession } from "./session";

export type ProbeReport =
  | { readonly relativeError: number; readonly milliseconds: number; readonly cpuMilliseconds: number }
  | { readonly error: string };

/** Four layers of the width and picture size at which GLIDE spends most of its time. */
function probeGraph(): Graph {
  const graph = new Graph("probe");
  let x = graph.input("x", [1, 192, 64, 64]);
  const weight = graph.input("weight", [192, 192, 3, 3]);
  for (let layer = 0; layer < 4; layer++) x = relu(conv2d(x, weight, undefined, { padding: 1 }));
  graph.output("y", x);
  return graph;
}

/** Values of about the size that keeps the layers' outputs in range. */
function waves(length: number, amplitude: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => amplitude * Math.sin(index * 12.9898));
}

async function measure(provider: ExecutionProvider): Promise<{ y: Float32Array; milliseconds: number }> {
  const session = await createSession(probeGraph(), { provider });
  const feeds = { x: waves(192 * 64 * 64, 1), weight: waves(192 * 192 * 9, 0.05) };
  let y = new Float32Array();
  let milliseconds = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 4; run++) {
    const start = performance.now();
    y = (await session.run(feeds)).y as Float32Array<ArrayBuffer>;
    milliseconds = Math.min(milliseconds, performance.now() - start);
  }
  await session.release();
  return { y, milliseconds };
}

async function report(provider: ExecutionProvider): Promise<ProbeReport> {
  try {
    const tried = await measure(provider);
    const trusted = await measure("cpu");
    const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
    const difference = tried.y.map((value, index) => value - trusted.y[index]!);
    return {
      relativeError: Math.sqrt(squares(difference) / squares(trusted.y)),
      milliseconds: tried.milliseconds,
      cpuMilliseconds: trusted.milliseconds,
    };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

process.send?.(await report(process.argv[2] as ExecutionProvider), () => process.exit());
