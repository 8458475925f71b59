/** The normal and Student's t distribution: probabilities and quantiles. */

const sqrtTwoPi = Math.sqrt(2 * Math.PI);

/** P(Z ≤ x) for a standard normal Z, to about 1e-15 absolute and 1e-12 relative in the lower tail. */
export function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x);
  const density = Math.exp((-x * x) / 2) / sqrtTwoPi;
  if (x > -3) {
    // Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + …): all terms of one sign, fast for small |x|.
    let term = x;
    let sum = x;
    for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  // Laplace's continued fraction for Mills' ratio, φ(x) / (y + 1 / (y + 2 / (y + 3 / …))), y = -x.
  const y = -x;
  let tail = y;
  for (let k = 200; k >= 1; k--) tail = y + k / tail;
  return density / tail;
}

/** x with P(Z ≤ x) = `probability` in (0, 1), for a standard normal Z; ±Infinity at 0 and 1. */
export function normalQuantile(probability: number): number {
  if (probability > 0.5) return -normalQuantile(1 - probability);
  if (probability <= 0) return Number.NEGATIVE_INFINITY;
  // A start within 0.5 from the tail's asymptote, then Halley's method, which triples the digits per step.
  let x = -Math.sqrt(-2 * Math.log(2 * probability) * 0.8);
  for (let iteration = 0; iteration < 60; iteration++) {
    const density = Math.exp((-x * x) / 2) / sqrtTwoPi;
    const newton = (normalCdf(x) - probability) / density;
    const step = newton / (1 + (x * newton) / 2);
    x -= step;
    if (Math.abs(step) < 1e-14 * (1 + Math.abs(x))) break;
  }
  return x;
}

/**
 * P(|T| > `t`) for Student's t with `degrees` > 0, which need not be whole: the regularised incomplete beta function
 * I_x(degrees / 2, 1/2) at x = degrees / (degrees + t²) (Abramowitz & Stegun 26.7.1 and 26.5.27), to about 1e-13
 * relative. `degrees` may be Infinity: the normal distribution.
 */
export function studentTTails(t: number, degrees: number): number {
  const size = Math.abs(t);
  if (degrees === Number.POSITIVE_INFINITY) return 2 * normalCdf(-size);
  const squared = size * size;
  return incompleteBeta(degrees / 2, 0.5, degrees / (degrees + squared), squared / (degrees + squared));
}

/** t with P(T ≤ t) = `probability` in (0, 1) for Student's t with `degrees` > 0, which need not be whole. */
export function studentTQuantile(probability: number, degrees: number): number {
  if (probability < 0.5) return -studentTQuantile(1 - probability, degrees);
  if (degrees === Number.POSITIVE_INFINITY) return normalQuantile(probability);
  // In the angle θ = atan(t / √degrees) the search has an end, and the far tails of few degrees are no special case.
  // Newton's steps, from the normal quantile; where one leaves what is still possible, half of that instead.
  const tails = 2 * (1 - probability);
  const root = Math.sqrt(degrees);
  const logDensity =
    logGamma((degrees + 1) / 2) - logGamma(degrees / 2) - Math.log(Math.PI) / 2 + Math.log(2);
  let low = 0;
  let high = Math.PI / 2;
  let angle = Math.atan(normalQuantile(probability) / root);
  for (let step = 0; step < 100; step++) {
    const excess = studentTTails(root * Math.tan(angle), degrees) - tails;
    if (excess > 0) low = angle;
    else high = angle;
    const slope = Math.exp(logDensity + (degrees - 1) * Math.log(Math.cos(angle)));
    let next = angle + excess / slope;
    if (!(next > low && next < high)) next = (low + high) / 2;
    const isSteady = Math.abs(next - angle) <= 1e-15 * angle;
    angle = next;
    if (isSteady || low === high) break;
  }
  return root * Math.tan(angle);
}

/** I_x(a, b), with y = 1 - x given as well so that neither end loses digits. */
function incompleteBeta(a: number, b: number, x: number, y: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(y));
  // The continued fraction converges fast on the near side of the mean, the other side follows by symmetry.
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, x)) / a
    : 1 - (front * betaFraction(b, a, y)) / b;
}

/** The continued fraction of Abramowitz & Stegun 26.5.8, by Lentz's method. */
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let numerator = 1;
  let denominator = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = denominator;
  for (let m = 1; m <= 10_000; m++) {
    let factor = 1;
    for (const d of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      denominator = 1 / away(1 + d * denominator);
      numerator = away(1 + d / numerator);
      factor = numerator * denominator;
      fraction *= factor;
    }
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return fraction;
}

/** log Γ(x) for x > 0, by Stirling's series after the recurrence has carried x beyond 10 (Abramowitz & Stegun 6.1.40). */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift -= Math.log(z);
  const w = 1 / (z * z);
  const series =
    (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - (w * 691) / 360360))))) / z;
  return shift + (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series;
}

/** The mean of `value` over a standard normal variable, by the trapezium rule from -8 to 8. */
export function normalMean(value: (z: number) => number): number {
  const perUnit = 20;
  let sum = 0;
  for (let step = -8 * perUnit; step <= 8 * perUnit; step++) {
    const z = step / perUnit;
    sum += Math.exp((-z * z) / 2) * value(z);
  }
  return sum / (perUnit * sqrtTwoPi);
}
