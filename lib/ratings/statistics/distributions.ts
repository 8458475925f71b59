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
 * t with P(T ≤ t) = `probability` for Student's t with a whole number of `degrees` ≥ 1.
 *
 * Exact finite series for up to 200 degrees (Abramowitz & Stegun 26.7.3–4), inverted by bisection; above that the
 * expansion around the normal quantile (26.7.5), off by less than 1e-7.
 */
export function studentTQuantile(probability: number, degrees: number): number {
  if (probability < 0.5) return -studentTQuantile(1 - probability, degrees);
  if (degrees > 200) {
    const z = normalQuantile(probability);
    const z2 = z * z;
    return (
      z *
      (1 +
        (z2 + 1) / (4 * degrees) +
        (5 * z2 * z2 + 16 * z2 + 3) / (96 * degrees ** 2) +
        (3 * z2 ** 3 + 19 * z2 ** 2 + 17 * z2 - 15) / (384 * degrees ** 3))
    );
  }
  const central = 2 * probability - 1;
  let low = 0;
  let high = Math.PI / 2;
  while (high - low > 1e-15) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (centralProbability(middle, degrees) < central) low = middle;
    else high = middle;
  }
  return Math.sqrt(degrees) * Math.tan((low + high) / 2);
}

/** P(|T| < √degrees · tan θ). */
function centralProbability(theta: number, degrees: number): number {
  const sine = Math.sin(theta);
  const cosine = Math.cos(theta);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 2 : 1; k <= degrees - 3; k += 2) {
    term *= (cosine * cosine * k) / (k + 1);
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (theta + sine * sum) : sine * sum;
}
