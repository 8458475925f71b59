/** When a run is said to overfit: the loss of held-out images rises while that of training images falls. */

/** One validation: the loss of each image, in the same order and under the same draws at every validation. */
export type ValidationPoint = {
  readonly step: number;
  readonly heldOut: readonly number[];
  readonly training: readonly number[];
};

export type LossChange = { readonly difference: number; readonly low: number; readonly high: number };

export type Overfitting = {
  /** The middle of the best three validations in a row, with which the last three are compared. */
  readonly sinceStep: number;
  /** Of the mean loss, with 95% intervals. */
  readonly heldOut: LossChange;
  readonly training: LossChange;
};

/** Validations whose mean is compared: one alone may be lucky. */
export const validationsCompared = 3;

/** Standard errors beyond which a change counts. See docs/measurements/training.md for the false alarms. */
const threshold = 4;
const normal95 = 1.96;

/**
 * Compares the last three validations with the three in a row before them whose held-out loss was lowest. The run
 * overfits where the held-out loss is higher and the training images' loss is lower, each by more than four standard
 * errors. A standard error is the larger of two: over images, from paired differences, since the draws are the same;
 * and over validations, from their scatter around a line, since the weights wander; neighbours wander together, so that the
 * mean of three counts as one.
 *
 * @param points ascending by step. @returns null where the run does not overfit, or with fewer than six validations
 */
export function findOverfitting(points: readonly ValidationPoint[]): Overfitting | null {
  const [count, width] = [points.length, validationsCompared];
  if (count < 2 * width) return null;
  const losses = points.map(({ heldOut }) => mean(heldOut));
  let best = 0;
  const sumFrom = (start: number) => losses.slice(start, start + width).reduce((sum, loss) => sum + loss, 0);
  for (let start = 1; start <= count - 2 * width; start++) if (sumFrom(start) < sumFrom(best)) best = start;
  const since = points.slice(best);
  const heldOut = compareEnds(since.map((point) => point.heldOut));
  const training = compareEnds(since.map((point) => point.training));
  const isOverfit =
    heldOut.difference > threshold * heldOut.error && training.difference < -threshold * training.error;
  if (!isOverfit) return null;
  return { sinceStep: since[1]!.step, heldOut: toChange(heldOut), training: toChange(training) };
}

/** The mean of the last validations less that of the first ones, and its standard error. */
function compareEnds(validations: readonly (readonly number[])[]): { difference: number; error: number } {
  const width = validationsCompared;
  const [first, last] = [validations.slice(0, width), validations.slice(-width)];
  const images = validations[0]!.length;
  const differences = Array.from({ length: images }, (_, image) => {
    const at = (group: readonly (readonly number[])[]) => mean(group.map((losses) => losses[image]!));
    return at(last) - at(first);
  });
  const difference = mean(differences);
  const overImages = Math.sqrt(
    differences.reduce((sum, each) => sum + (each - difference) ** 2, 0) / Math.max(1, images - 1) / images,
  );
  const overValidations = Math.SQRT2 * scatterAroundLine(validations.map(mean));
  return { difference, error: Math.max(overImages, overValidations) };
}

/** The standard deviation of values around the straight line through them. */
function scatterAroundLine(values: readonly number[]): number {
  const count = values.length;
  const [middle, level] = [(count - 1) / 2, mean(values)];
  let [across, along] = [0, 0];
  for (const [at, value] of values.entries()) {
    across += (at - middle) * (value - level);
    along += (at - middle) ** 2;
  }
  const residuals = values.map((value, at) => value - level - ((at - middle) * across) / along);
  return Math.sqrt(residuals.reduce((sum, each) => sum + each ** 2, 0) / (count - 2));
}

function toChange({ difference, error }: { difference: number; error: number }): LossChange {
  return { difference, low: difference - normal95 * error, high: difference + normal95 * error };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
