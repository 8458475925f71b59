/**
 * Dynamic loss scaling (Micikevicius et al. 2018, section 3.2): the loss is multiplied by a factor before its gradients
 * are taken, so that small gradients are not lost in halves. A step whose gradients overflow is left out, and the factor
 * becomes smaller; after many good steps it becomes larger again. The numbers are PyTorch's.
 */

export type LossScale = {
  readonly factor: number;
  /** Steps since the factor last changed. */
  readonly goodSteps: number;
  /** Steps of the run that changed nothing. */
  readonly leftOutSteps: number;
};

export const firstLossScale: LossScale = { factor: 65_536, goodSteps: 0, leftOutSteps: 0 };

const stepsUntilLarger = 2000;
/** The squares of gradients are added up in float32. */
const largestFactor = 2 ** 24;

/** @param areFinite the step's gradients. @returns null where no smaller factor would help: what overflows is not the gradients' scale */
export function nextLossScale(
  { factor, goodSteps, leftOutSteps }: LossScale,
  areFinite: boolean,
): LossScale | null {
  if (!areFinite) {
    return factor > 1 ? { factor: factor / 2, goodSteps: 0, leftOutSteps: leftOutSteps + 1 } : null;
  }
  return goodSteps + 1 < stepsUntilLarger
    ? { factor, goodSteps: goodSteps + 1, leftOutSteps }
    : { factor: Math.min(2 * factor, largestFactor), goodSteps: 0, leftOutSteps };
}
