/** One step of the demo's CLIP as a graph: images and captions that belong together, and what the images show. */
import { contrastiveLoss, crossEntropy } from "@/lib/diffusion/training/noised-clip/contrastive-loss";
import { gradients } from "@/lib/engine/autodiff";
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import type { Shape, TensorData } from "@/lib/engine/graph/tensor-type";
import * as op from "@/lib/engine/ops";
import { createSession, type Session } from "@/lib/engine/runtime/session";
import {
  captionTower,
  demoClipSizePx,
  demoClipWords,
  imageTower,
} from "@/lib/metrics/extractors/demo-clip-network";
import { attributeChoices } from "./clip-recipe";

const gradientOf = (name: string) => `gradient of ${name}`;

export type ClipLosses = { readonly contrastive: number; readonly attributes: number };

export class ClipStep {
  readonly shapes: ReadonlyMap<string, Shape>;
  private readonly session: Session;

  private constructor(session: Session, shapes: ReadonlyMap<string, Shape>) {
    this.session = session;
    this.shapes = shapes;
  }

  static async create(
    batchSize: number,
    vocabularySize: number,
    { attributeShare, threads }: { readonly attributeShare: number; readonly threads?: number },
  ): Promise<ClipStep> {
    const graph = buildClipLoss(batchSize, vocabularySize, attributeShare);
    const parameters = [...graph.parameters];
    const loss = graph.outputs.get("loss")!;
    const derivatives = gradients(
      loss,
      parameters.map(([, tensor]) => tensor),
    );
    for (const [index, [name]] of parameters.entries()) graph.output(gradientOf(name), derivatives[index]!);
    const session = await createSession(graph, { threads });
    return new ClipStep(session, new Map(parameters.map(([name, { shape }]) => [name, shape])));
  }

  /**
   * @param batch every input of `buildClipLoss`
   * @param into one array for the gradient of each parameter
   */
  async run(
    weights: ReadonlyMap<string, Float32Array>,
    batch: Readonly<Record<string, TensorData>>,
    into: ReadonlyMap<string, Float32Array>,
  ): Promise<ClipLosses> {
    const targets = Object.fromEntries([...into].map(([name, data]) => [gradientOf(name), data]));
    const outputs = await this.session.run({ ...batch, ...Object.fromEntries(weights) }, targets);
    return { contrastive: Number(outputs.contrastive![0]), attributes: Number(outputs.attributes![0]) };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

/**
 * The loss of a batch: the symmetric contrastive loss of Radford et al. 2021, where a caption that happens to be true of
 * another image is left out of that image's sum, and the mean cross-entropy of one linear map per attribute of the
 * image's embedding, which keeps apart what captions seldom name. The linear maps are not part of what ships.
 *
 * Inputs: `images` [batch, 3, 64, 64] from -1 to 1; `words` and `mask` as captionTower; `also_true` [batch, batch],
 * 1 where the row's caption is true of another column's image; `shown` [batch, answers], 1 for what an image shows.
 * Outputs: `loss`, `contrastive`, `attributes`.
 */
export function buildClipLoss(batchSize: number, vocabularySize: number, attributeShare: number): Graph {
  const graph = new Graph("demo CLIP, training");
  const images = graph.input("images", [batchSize, 3, demoClipSizePx, demoClipSizePx]);
  const words = graph.input("words", [batchSize, demoClipWords], "int64");
  const mask = graph.input("mask", [batchSize, demoClipWords]);
  const alsoTrue = graph.input("also_true", [batchSize, batchSize]);
  const embedded = imageTower(images);
  const captions = toUnitLength(captionTower(words, mask, vocabularySize));
  const logScale = graph.parameter("scale", [1]);
  const contrastive = contrastiveLoss(captions, toUnitLength(embedded), { logScale, leftOut: alsoTrue });
  const attributes = attributeLoss(embedded);
  graph.output("contrastive", contrastive);
  graph.output("attributes", attributes);
  graph.output("loss", op.add(contrastive, op.mul(attributes, attributeShare)));
  return graph;
}

function attributeLoss(embedded: Tensor): Tensor {
  const { graph } = embedded;
  const [batch, width] = embedded.shape as readonly [number, number];
  const counts = Object.values(attributeChoices).map((choices) => choices.length);
  const answers = counts.reduce((sum, count) => sum + count, 0);
  const shown = op.split(graph.input("shown", [batch, answers]), counts, 1);
  const weight = graph.parameter("attributes.weight", [answers, width]);
  const told = op.split(
    op.linear(embedded, weight, graph.parameter("attributes.bias", [answers])),
    counts,
    1,
  );
  const losses = told.map((products, index) => crossEntropy(products, shown[index]!));
  return op.mul(
    losses.reduce((sum, loss) => op.add(sum, loss)),
    1 / losses.length,
  );
}

function toUnitLength(x: Tensor): Tensor {
  const length = op.sqrt(op.add(op.reduceSum(op.square(x), [1], { keepDims: true }), 1e-6));
  return op.div(x, length);
}
