/** The inverse of the normal distribution function, from +, -, ·, / and √ alone: these round alike everywhere. */

/**
 * Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution" (1988), PPND16: two quotients
 * of polynomials, one for the middle and one for the tails, right to about 1e-16.
 *
 * Math.cos and Math.log are not used, as their last bits may change from one version of Node to the next.
 *
 * @param probability in [e^-25, 1 - e^-25], about 1.4e-11 from the ends, beyond which AS 241 has a third quotient
 */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) return q * quotient(middle, 0.180625 - q * q);
  const tail = q < 0 ? probability : 1 - probability;
  const r = Math.sqrt(-naturalLogarithm(tail));
  return Math.sign(q) * quotient(tails, r - 1.6);
}

/** Coefficients from the constant term up. */
type Quotient = { readonly numerator: readonly number[]; readonly denominator: readonly number[] };

const middle: Quotient = {
  numerator: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  denominator: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};

const tails: Quotient = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  denominator: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

function quotient({ numerator, denominator }: Quotient, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let degree = coefficients.length - 1; degree >= 0; degree--) sum = sum * x + coefficients[degree]!;
  return sum;
}

/** ln x for x in (0, 1]: x = m · 2^e with m in [1/√2, √2), and ln m = 2 (s + s³/3 + s⁵/5 + ...), s = (m-1)/(m+1). */
function naturalLogarithm(x: number): number {
  let [mantissa, exponent] = [x, 0];
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  // s is at most 0.172, so that the term after s^21 is below 1e-17.
  let series = 0;
  for (let power = 21; power >= 1; power -= 2) series = series * square + 1 / power;
  return 2 * s * series + exponent * Math.LN2;
}
