/** Child process: tries one execution provider on a small network and tells the parent how it went. */
import { gradients } from "../autodiff";
import type { ExecutionProvider } from "../graph/execution-provider";
import { Graph } from "../graph/graph";
import { elementCount, type TensorData } from "../graph/tensor-type";
import { conv2d, meanSquaredError, relu, silu } from "../ops";
import { type ProbeReport, rightWithin } from "./probe-report";
import { createSession } from "./session";

/** The last is the image size at which GLIDE spends most of its time; the first shows whether to go on. */
const sidesPx = [16, 64] as const;

/** A provider that is slower by more than this on the small image will not overtake on the large one. */
const hopelessRatio = 20;

type Trial = { readonly graph: Graph; readonly feeds: Readonly<Record<string, TensorData>> };

/** Four layers of GLIDE's width. */
function layers(sidePx: number): Trial {
  const graph = new Graph("layers");
  let x = graph.input("x", [1, 192, sidePx, sidePx]);
  const weight = graph.parameter("weight", [192, 192, 3, 3]);
  for (let layer = 0; layer < 4; layer++) x = relu(conv2d(x, weight, undefined, { padding: 1 }));
  graph.output("y", x);
  return { graph, feeds: { x: waves(elementCount(x.shape), 1), weight: waves(192 * 192 * 9, 0.05) } };
}

/**
 * A training step in miniature, in and out by the six channels of GLIDE's upsampler and predictions: narrow
 * convolutions and gradients go ways of their own, and providers have been wrong there alone.
 */
function trainingStep(): Trial {
  const graph = new Graph("training step");
  const x = graph.input("x", [1, 6, 16, 16]);
  const [first, last] = [graph.parameter("first", [32, 6, 3, 3]), graph.parameter("last", [6, 32, 3, 3])];
  const hidden = silu(conv2d(x, first, undefined, { padding: 1 }));
  const y = conv2d(hidden, last, undefined, { padding: 1 });
  const loss = meanSquaredError(y, graph.input("target", y.shape));
  graph.output("y", y);
  gradients(loss, [x, first, last]).forEach((gradient, index) => {
    graph.output(`gradient ${index}`, gradient);
  });
  const pixels = elementCount(x.shape);
  return {
    graph,
    feeds: {
      x: waves(pixels, 1),
      target: waves(pixels, 0.5),
      first: waves(32 * 6 * 9, 0.2),
      last: waves(32 * 6 * 9, 0.1),
    },
  };
}

/** Values of about the size that keeps the layers' outputs in range. */
function waves(length: number, amplitude: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => amplitude * Math.sin(index * 12.9898));
}

/** What a provider computes, and the least time of a few runs. */
async function measure(provider: ExecutionProvider, { graph, feeds }: Trial) {
  const weights = new Map(
    [...graph.parameters].map(([name, { shape }]) => [name, { shape, data: feeds[name] as Float32Array }]),
  );
  const session = await createSession(graph, { provider, weights });
  let outputs: Record<string, TensorData> = {};
  let milliseconds = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    outputs = await session.run(feeds);
    milliseconds = Math.min(milliseconds, performance.now() - start);
  }
  await session.release();
  return { outputs, milliseconds };
}

async function compare(provider: ExecutionProvider, trial: Trial) {
  const tried = await measure(provider, trial);
  const trusted = await measure("cpu", trial);
  const errors = Object.entries(trusted.outputs).map(([name, values]) =>
    relativeError(tried.outputs[name] as Float32Array, values as Float32Array),
  );
  return {
    relativeError: Math.max(...errors),
    milliseconds: tried.milliseconds,
    cpuMilliseconds: trusted.milliseconds,
  };
}

function relativeError(tried: Float32Array, trusted: Float32Array): number {
  let [differences, squares] = [0, 0];
  for (const [index, value] of trusted.entries()) {
    differences += (tried[index]! - value) ** 2;
    squares += value * value;
  }
  return Math.sqrt(differences / squares);
}

async function report(provider: ExecutionProvider, mustBeFaster: boolean): Promise<ProbeReport> {
  try {
    const { relativeError } = await compare(provider, trainingStep());
    if (!mustBeFaster || !(relativeError < rightWithin)) return { relativeError, speed: null };
    const [small, large] = sidesPx;
    const first = await compare(provider, layers(small));
    const hopeless = first.milliseconds > hopelessRatio * first.cpuMilliseconds;
    const { relativeError: error, ...speed } = hopeless ? first : await compare(provider, layers(large));
    return { relativeError: Math.max(relativeError, error), speed };
  } catch (error) {
    // What the driver said may tell why, where the error's own message does not.
    const { message = String(error), cause } = error instanceof Error ? error : {};
    return { error: cause === undefined ? message : `${message}\n${String(cause)}` };
  }
}

const [, , provider, mustBeFaster] = process.argv;
process.send?.(await report(provider as ExecutionProvider, mustBeFaster === "faster"), () => process.exit());
