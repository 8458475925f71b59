/** Child process: tries one execution provider on a small network and tells the parent how it went. */
import type { ExecutionProvider } from "./execution-provider";
import { Graph } from "./graph";
import { conv2d, relu } from "./ops";
import { createSession } from "./session";

export type ProbeReport =
  | { readonly relativeError: number; readonly milliseconds: number; readonly cpuMilliseconds: number }
  | { readonly error: string };

/** The last is the picture size at which GLIDE spends most of its time; the first shows whether to go on. */
const sidesPx = [16, 64] as const;

/** A provider that is slower by more than this on the small picture will not overtake on the large one. */
const hopelessRatio = 20;

/** Four layers of GLIDE's width. */
function probeGraph(sidePx: number): Graph {
  const graph = new Graph("probe");
  let x = graph.input("x", [1, 192, sidePx, sidePx]);
  const weight = graph.parameter("weight", [192, 192, 3, 3]);
  for (let layer = 0; layer < 4; layer++) x = relu(conv2d(x, weight, undefined, { padding: 1 }));
  graph.output("y", x);
  return graph;
}

/** Values of about the size that keeps the layers' outputs in range. */
function waves(length: number, amplitude: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => amplitude * Math.sin(index * 12.9898));
}

/** What a provider computes, and the least time of a few runs. */
async function measure(
  provider: ExecutionProvider,
  sidePx: number,
): Promise<{ y: Float32Array; milliseconds: number }> {
  const weights = new Map([["weight", { shape: [192, 192, 3, 3], data: waves(192 * 192 * 9, 0.05) }]]);
  const session = await createSession(probeGraph(sidePx), { provider, weights });
  const feeds = { x: waves(192 * sidePx * sidePx, 1) };
  const y = new Float32Array(feeds.x.length);
  let milliseconds = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    await session.run(feeds, { y });
    milliseconds = Math.min(milliseconds, performance.now() - start);
  }
  await session.release();
  return { y, milliseconds };
}

async function compare(provider: ExecutionProvider, sidePx: number) {
  const tried = await measure(provider, sidePx);
  const trusted = await measure("cpu", sidePx);
  const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  const difference = tried.y.map((value, index) => value - trusted.y[index]!);
  return {
    relativeError: Math.sqrt(squares(difference) / squares(trusted.y)),
    milliseconds: tried.milliseconds,
    cpuMilliseconds: trusted.milliseconds,
  };
}

async function report(provider: ExecutionProvider): Promise<ProbeReport> {
  try {
    const [small, large] = sidesPx;
    const first = await compare(provider, small);
    const hopeless = first.milliseconds > hopelessRatio * first.cpuMilliseconds;
    return hopeless ? first : await compare(provider, large);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

process.send?.(await report(process.argv[2] as ExecutionProvider), () => process.exit());
