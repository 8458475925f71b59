/** How people read that a run overfits. */
import type { Overfitting } from "./overfitting";

/** "0.00423" */
const short = (value: number) => String(Number(Math.abs(value).toPrecision(2)));

export function overfittingWords({ sinceStep, heldOut, training }: Overfitting): string {
  return (
    `The run overfits: since about step ${sinceStep}, the loss of held-out images has risen by ${short(heldOut.difference)} ` +
    `(95% interval ${short(heldOut.low)} to ${short(heldOut.high)}), while that of training images has fallen by ` +
    `${short(training.difference)} (${short(training.high)} to ${short(training.low)}).`
  );
}
