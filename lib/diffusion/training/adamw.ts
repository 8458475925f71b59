/** AdamW with decoupled weight decay, updating weights in place. */
import { SemblanceError } from "@/lib/errors";

export type AdamWSettings = {
  learningRate: number;
  /** Part of the learning rate by which every weight shrinks at each step. */
  weightDecay?: number;
  /** Decay rates of the first and second moment. */
  betas?: readonly [number, number];
  /** Added to the root of the second moment; keeps the quotient finite. */
  epsilon?: number;
};

/** What a checkpoint keeps of the optimiser besides the weights. */
export type AdamWState = {
  /** Updates done. */
  step: number;
  /** Running mean of each parameter's gradient. */
  firstMoments: ReadonlyMap<string, Float32Array>;
  /** Running mean of each parameter's squared gradient. */
  secondMoments: ReadonlyMap<string, Float32Array>;
};

/**
 * Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), algorithm 2, with the bias corrections
 * and the place of epsilon as in PyTorch's AdamW:
 *
 *   w ← w · (1 - lr · decay)
 *   m ← β1 m + (1 - β1) g            v ← β2 v + (1 - β2) g²
 *   w ← w - lr / (1 - β1^t) · m / (√v / √(1 - β2^t) + ε)
 *
 * Moments and weights are stored as float32; each element's update is computed in float64.
 */
export class AdamW {
  private readonly parameters: ReadonlyMap<string, Float32Array>;
  private readonly settings: Required<AdamWSettings>;
  private readonly firstMoments = new Map<string, Float32Array>();
  private readonly secondMoments = new Map<string, Float32Array>();
  private stepCount = 0;

  /** `parameters` are updated in place by `step`; their names must be those of the gradients. */
  constructor(parameters: ReadonlyMap<string, Float32Array>, settings: AdamWSettings) {
    this.parameters = parameters;
    this.settings = { weightDecay: 0, betas: [0.9, 0.999], epsilon: 1e-8, ...settings };
    for (const [name, { length }] of parameters) {
      this.firstMoments.set(name, new Float32Array(length));
      this.secondMoments.set(name, new Float32Array(length));
    }
  }

  /**
   * One update of every parameter. Gradients may be scaled by `gradientScale` on the way (gradient clipping), which
   * spares a pass over them.
   *
   * @throws SemblanceError `missing_tensor` or `shape_mismatch` where a parameter's gradient is absent or of another
   *   length; nothing has been updated then.
   */
  step(gradients: ReadonlyMap<string, Float32Array>, gradientScale = 1): void {
    for (const [name, { length }] of this.parameters) expectLength(gradients, name, length, "gradient");
    this.stepCount += 1;
    for (const [name, weights] of this.parameters) {
      this.update(
        weights,
        gradients.get(name)!,
        this.firstMoments.get(name)!,
        this.secondMoments.get(name)!,
        gradientScale,
      );
    }
  }

  private update(
    weights: Float32Array,
    gradients: Float32Array,
    firstMoments: Float32Array,
    secondMoments: Float32Array,
    gradientScale: number,
  ): void {
    const {
      learningRate,
      weightDecay,
      betas: [beta1, beta2],
      epsilon,
    } = this.settings;
    const stepSize = learningRate / (1 - beta1 ** this.stepCount);
    const secondCorrection = Math.sqrt(1 - beta2 ** this.stepCount);
    const kept = 1 - learningRate * weightDecay;
    for (let i = 0; i < weights.length; i++) {
      const gradient = gradients[i]! * gradientScale;
      const first = beta1 * firstMoments[i]! + (1 - beta1) * gradient;
      const second = beta2 * secondMoments[i]! + (1 - beta2) * gradient * gradient;
      firstMoments[i] = first;
      secondMoments[i] = second;
      weights[i] = weights[i]! * kept - (stepSize * first) / (Math.sqrt(second) / secondCorrection + epsilon);
    }
  }

  /** The live state (not a copy), for a checkpoint. */
  state(): AdamWState {
    return { step: this.stepCount, firstMoments: this.firstMoments, secondMoments: this.secondMoments };
  }

  /**
   * Continues from a checkpoint's state, copied into the optimiser.
   *
   * @throws SemblanceError `missing_tensor` or `shape_mismatch` naming the parameter whose moments do not fit.
   */
  restore(state: AdamWState): void {
    for (const [name, { length }] of this.parameters) {
      expectLength(state.firstMoments, name, length, "first moment");
      expectLength(state.secondMoments, name, length, "second moment");
    }
    this.stepCount = state.step;
    for (const name of this.parameters.keys()) {
      this.firstMoments.get(name)!.set(state.firstMoments.get(name)!);
      this.secondMoments.get(name)!.set(state.secondMoments.get(name)!);
    }
  }
}

function expectLength(
  values: ReadonlyMap<string, Float32Array>,
  name: string,
  length: number,
  what: string,
): void {
  const found = values.get(name);
  if (!found) throw new SemblanceError("missing_tensor", `The ${what} of parameter ${name} is missing.`);
  if (found.length !== length) {
    throw new SemblanceError(
      "shape_mismatch",
      `The ${what} of parameter ${name} has ${found.length} values, the parameter ${length}.`,
    );
  }
}
