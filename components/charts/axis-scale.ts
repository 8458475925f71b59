/** A chart's axes: from values to places, linear or logarithmic, and where they are marked. */

export type AxisScale = {
  readonly low: number;
  readonly high: number;
  readonly isLogarithmic: boolean;
  /** Values that are marked, within [low, high]. */
  readonly ticks: readonly number[];
};

/** @returns where a value is on the axis, 0 at its low end and 1 at its high one; may lie outside */
export function toShare({ low, high, isLogarithmic }: AxisScale, value: number): number {
  if (!isLogarithmic) return (value - low) / (high - low);
  return Math.log(value / low) / Math.log(high / low);
}

/** @returns the value at a place of the axis; the inverse of toShare */
export function fromShare({ low, high, isLogarithmic }: AxisScale, share: number): number {
  return isLogarithmic ? low * (high / low) ** share : low + share * (high - low);
}

/** An axis from exactly `low` to exactly `high`, marked about `wanted` times at round numbers. */
export function exactScale(low: number, high: number, wanted: number): AxisScale {
  const end = high > low ? high : low + 1;
  const step = roundStep((end - low) / wanted);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(end / step + 1e-9);
  const ticks = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
  return { low, high: end, isLogarithmic: false, ticks };
}

/** An axis whose ends are marks around all values. */
export function linearScale(values: readonly number[], wanted = 5): AxisScale {
  const { low, high } = extent(values, { low: 0, high: 1 });
  const span = high > low ? high - low : Math.abs(high) || 1;
  const step = roundStep(span / wanted);
  // An axis that begins near zero begins at zero: lengths can be compared then.
  const start = low >= 0 && low < span ? 0 : Math.floor(low / step) * step;
  const count = Math.max(1, Math.ceil((high - start) / step - 1e-9));
  const ticks = Array.from({ length: count + 1 }, (_, index) => start + index * step);
  return { low: start, high: start + count * step, isLogarithmic: false, ticks };
}

/** An axis between 1, 2 and 5 times powers of ten around the values above zero; others have no place on it. */
export function logarithmicScale(values: readonly number[], wanted = 8): AxisScale {
  const { low, high } = extent(
    values.filter((value) => value > 0),
    { low: 0.1, high: 1 },
  );
  let first = Math.floor(Math.log10(low)) * 3;
  while (roundNumber(first + 1) <= low) first++;
  let last = first + 1;
  while (roundNumber(last) < high) last++;
  const ticks = roundNumbers(first, last, wanted);
  return { low: roundNumber(first), high: roundNumber(last), isLogarithmic: true, ticks };
}

/** A logarithmic axis from exactly `low`, above zero, to exactly `high`, marked about `wanted` times at most. */
export function exactLogarithmicScale(low: number, high: number, wanted: number): AxisScale {
  const end = high > low ? high : low + 1;
  let first = Math.floor(Math.log10(low)) * 3;
  while (roundNumber(first) < low * (1 - 1e-9)) first++;
  let last = first - 1;
  while (roundNumber(last + 1) <= end * (1 + 1e-9)) last++;
  return { low, high: end, isLogarithmic: true, ticks: roundNumbers(first, last, wanted) };
}

/** 1, 2, 5, 10, 20, …: the number at `index`, which is 0 for 1 and below 0 for fractions. */
function roundNumber(index: number): number {
  return [1, 2, 5][((index % 3) + 3) % 3]! * 10 ** Math.floor(index / 3);
}

/** Those at indices from `first` to `last`, or only powers of ten among them where there are more than wanted. */
function roundNumbers(first: number, last: number, wanted: number): number[] {
  const indices = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  const stride = Math.ceil(indices.length / Math.max(1, wanted));
  const kept = stride <= 1 ? indices : indices.filter((index) => index % (3 * Math.ceil(stride / 3)) === 0);
  return kept.map(roundNumber);
}

function extent(values: readonly number[], none: { low: number; high: number }) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : none;
}

/** The next of 1, 2 and 5 times a power of ten. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((each) => each * power >= step * (1 - 1e-9))!;
  return factor * power;
}
