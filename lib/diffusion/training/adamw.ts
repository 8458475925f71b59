/** AdamW with decoupled weight decay, updating weights in place. */
import { SemblanceError } from "@/lib/errors";
import { updateAdamW } from "./update-kernels";

export type AdamWSettings = {
  learningRate: number;
  /** Part of the learning rate by which every weight shrinks at each step. */
  weightDecay?: number;
  /** Decay rates of the first and second moment. */
  betas?: readonly [number, number];
  /** Added to the root of the second moment; keeps the quotient finite. */
  epsilon?: number;
};

/**
 * Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), algorithm 2, with the bias corrections
 * and the place of epsilon as in PyTorch's AdamW:
 *
 *   w ← w · (1 - lr · decay)
 *   m ← β1 m + (1 - β1) g            v ← β2 v + (1 - β2) g²
 *   w ← w - lr / (1 - β1^t) · m / (√v / √(1 - β2^t) + ε)
 *
 * Every operation is rounded to float32, as there.
 */
export class AdamW {
  private readonly parameters: ReadonlyMap<string, Float32Array>;
  private readonly settings: AdamWSettings;
  /** Running mean of each parameter's gradient. With the other two fields all that a checkpoint needs. */
  readonly firstMoments: ReadonlyMap<string, Float32Array>;
  /** Running mean of each parameter's squared gradient. */
  readonly secondMoments: ReadonlyMap<string, Float32Array>;
  /** Updates done. */
  stepCount = 0;

  /** `parameters` are updated in place by `step`; their names must be those of the gradients. */
  constructor(parameters: ReadonlyMap<string, Float32Array>, settings: AdamWSettings) {
    this.parameters = parameters;
    this.settings = settings;
    const zeros = () =>
      new Map([...parameters].map(([name, { length }]) => [name, new Float32Array(length)]));
    this.firstMoments = zeros();
    this.secondMoments = zeros();
  }

  /**
   * One update of every parameter. Gradients may be scaled by `gradientScale` on the way (gradient clipping), which
   * spares a pass over them.
   *
   * @param learningRate of this update; absent: that of the settings
   * @throws SemblanceError `missing_tensor` or `shape_mismatch` where a parameter's gradient is absent or of another
   *   length; nothing has been updated then.
   */
  step(
    gradients: ReadonlyMap<string, Float32Array>,
    gradientScale = 1,
    learningRate = this.settings.learningRate,
  ): void {
    for (const [name, { length }] of this.parameters) expectGradient(gradients, name, length);
    this.stepCount += 1;
    const formula = adamWCoefficients(this.settings, learningRate, this.stepCount);
    const coefficients = { scale: gradientScale, ...formula };
    for (const [name, weights] of this.parameters) {
      const [first, second] = [this.firstMoments.get(name)!, this.secondMoments.get(name)!];
      updateAdamW(weights, gradients.get(name)!, first, second, coefficients);
    }
  }
}

/** The numbers in the formula of update number `update`, from 1. */
export function adamWCoefficients(
  {
    weightDecay = 0,
    betas: [beta1, beta2] = [0.9, 0.999],
    epsilon = 1e-8,
  }: Omit<AdamWSettings, "learningRate">,
  learningRate: number,
  update: number,
) {
  return {
    beta1,
    beta2,
    kept: 1 - learningRate * weightDecay,
    stepSize: learningRate / (1 - beta1 ** update),
    correction: Math.sqrt(1 - beta2 ** update),
    epsilon,
  };
}

function expectGradient(gradients: ReadonlyMap<string, Float32Array>, name: string, length: number): void {
  const found = gradients.get(name);
  if (!found) throw new SemblanceError("missing_tensor", `The gradient of parameter ${name} is missing.`);
  if (found.length !== length) {
    throw new SemblanceError(
      "shape_mismatch",
      `The gradient of parameter ${name} has ${found.length} values, the parameter ${length}.`,
    );
  }
}
