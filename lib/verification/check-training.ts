/** Compares losses, gradients and weights of a few training steps with the reference's. */
import { compareRelatively, type Measured } from "./measured";
import { type ReferenceCase, type ReferenceValues, referenceFloats, referenceTensor } from "./reference-case";
import { norm } from "./relative-error";
import { optimiserSettings, type Replay, type ReplayedStep, replayTraining } from "./training-replay";

const LOSS_TOLERANCE = 1e-4;
const GRADIENT_TOLERANCE = 1e-3;
const WEIGHT_TOLERANCE = 1e-3;

/**
 * A tensor's gradient smaller than this part of the whole gradient counts as this large: a convolution's bias before
 * a norm of single channels has the gradient 0, of which float32 sums leave the rounding of their terms.
 */
const NEGLIGIBLE_GRADIENT = 5e-4;

const GRADIENT = "train.grad.";
const GRADIENT_ROWS = "train.grad_rows.";

/** The expected values, with the norm of each gradient of the first step if the case has them. */
type ExpectedTraining = ReferenceValues & Partial<Pick<ReferenceCase, "gradientNorms">>;

/**
 * Compares `train.loss(es)`, `train.grad.*`, `train.grad_rows.*` and the norms of all gradients of the first step,
 * and the weights `train.afterN.*` after step N.
 */
export async function checkTraining(
  reference: ExpectedTraining,
  replay: Omit<Replay, "optimiser">,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  const undetermined = new Map<string, Uint8Array>();
  const zero = zeroGradients(reference);
  for await (const step of replayTraining({
    ...replay,
    optimiser: optimiserSettings(reference),
  })) {
    measured.push(compareLoss(reference, step));
    if (step.step === 1) measured.push(...compareGradients(reference, step, zero));
    markUndetermined(undetermined, step);
    measured.push(...compareWeights(reference, step, undetermined));
  }
  return measured;
}

function compareLoss(reference: ReferenceValues, { step, loss }: ReplayedStep): Measured {
  const name = reference.tensors.has("train.losses") ? "train.losses" : "train.loss";
  const expected = Number(referenceTensor(reference, name).data[step - 1]);
  return compareRelatively(`${name}[${step - 1}]`, [loss], [expected], { tolerance: LOSS_TOLERANCE });
}

/** Parameters whose gradient the metadata states to be rounding noise: it is not compared. */
export function zeroGradients({ metadata }: ReferenceValues): ReadonlySet<string> {
  return new Set(JSON.parse(metadata.zero_gradient ?? "[]") as string[]);
}

function compareGradients(
  reference: ExpectedTraining,
  { gradients }: ReplayedStep,
  zero: ReadonlySet<string>,
): Measured[] {
  const floor = NEGLIGIBLE_GRADIENT * norm([...gradients.values()].map(norm));
  const compare = (part: string, actual: ArrayLike<number>, expected: ArrayLike<number>) =>
    compareRelatively(part, actual, expected, { tolerance: GRADIENT_TOLERANCE, floor });
  const measured: Measured[] = [];
  for (const key of reference.tensors.keys()) {
    if (zero.has(key.slice(GRADIENT.length))) continue;
    if (key.startsWith(GRADIENT)) {
      const gradient = valuesOf(gradients, key.slice(GRADIENT.length));
      measured.push(compare(key, gradient, referenceFloats(reference, key)));
    } else if (key.startsWith(GRADIENT_ROWS) && !key.endsWith(".index")) {
      const gradient = valuesOf(gradients, key.slice(GRADIENT_ROWS.length));
      measured.push(compare(key, selectRows(gradient, reference, key), referenceFloats(reference, key)));
    }
  }
  for (const [name, expected] of Object.entries(reference.gradientNorms ?? {})) {
    if (zero.has(name)) continue;
    measured.push(compare(`norm of the gradient of ${name}`, [norm(valuesOf(gradients, name))], [expected]));
  }
  return measured;
}

/**
 * Marks the weights whose gradient is within the tolerance of gradients. AdamW moves a weight by about
 * the learning rate whatever the size of its gradient, so the sign of a rounding error decides how these move.
 */
function markUndetermined(undetermined: Map<string, Uint8Array>, { gradients }: ReplayedStep): void {
  const floor = NEGLIGIBLE_GRADIENT * norm([...gradients.values()].map(norm));
  for (const [name, gradient] of gradients) {
    const level = (GRADIENT_TOLERANCE * Math.max(norm(gradient), floor)) / Math.sqrt(gradient.length);
    const marks = undetermined.get(name) ?? new Uint8Array(gradient.length);
    for (let index = 0; index < gradient.length; index++) {
      if (Math.abs(gradient[index]!) <= level) marks[index] = 1;
    }
    undetermined.set(name, marks);
  }
}

function compareWeights(
  reference: ReferenceValues,
  { step, weights }: ReplayedStep,
  undetermined: ReadonlyMap<string, Uint8Array>,
): Measured[] {
  // Two weights that started equal have each moved by at most the learning rate per step.
  const slack = 2 * step * optimiserSettings(reference).learningRate;
  const prefix = `train.after${step}.`;
  const keys = [...reference.tensors.keys()].filter((key) => key.startsWith(prefix));
  return keys.map((key) => {
    const name = key.slice(prefix.length);
    const expected = referenceFloats(reference, key);
    const marks = undetermined.get(name);
    const judged = valuesOf(weights, name).map((weight, index) =>
      marks?.[index] && Math.abs(weight - expected[index]!) <= slack ? expected[index]! : weight,
    );
    return compareRelatively(key, judged, expected, { tolerance: WEIGHT_TOLERANCE });
  });
}

/** The tensor of this name, or an empty one, which matches no expected tensor. */
function valuesOf(byName: ReadonlyMap<string, Float32Array>, name: string): Float32Array {
  return byName.get(name) ?? new Float32Array();
}

/** The rows of a table whose numbers are `${key}.index`, one after the other. */
export function selectRows(table: Float32Array, reference: ReferenceValues, key: string): Float32Array {
  const [rowCount, width] = referenceTensor(reference, key).shape as readonly [number, number];
  const rows = referenceTensor(reference, `${key}.index`).data;
  const selected = new Float32Array(rowCount * width);
  for (let index = 0; index < rowCount; index++) {
    const start = Number(rows[index]) * width;
    selected.set(table.subarray(start, start + width), index * width);
  }
  return selected;
}
