/** A small seeded generator of random numbers, so that intervals and simulations can be repeated exactly. */

/** Random numbers that are a function of the seed alone. */
export type Random = {
  /** An integer, uniform over 0 … 2³² - 1. */
  nextUint32(): number;
  /** An integer, uniform over 0 … bound - 1; `bound` at most 2³². */
  nextInt(bound: number): number;
  /** A number, uniform over [0, 1), with 53 random bits. */
  nextUniform(): number;
  /** A number from the normal distribution with mean 0 and variance 1. */
  nextNormal(): number;
};

/**
 * xoshiro128** 1.1 (Blackman & Vigna, "Scrambled linear pseudorandom number generators", 2021): 128 bits of
 * state, period 2¹²⁸ - 1. The state is filled from `seed` by SplitMix32, so that neighbouring seeds give
 * unrelated sequences.
 */
export function createRandom(seed: number): Random {
  let filler = seed >>> 0;
  // Seeds beyond 32 bits must not be truncated to their lower half.
  filler ^= Math.floor(seed / 2 ** 32) >>> 0;
  const fill = () => {
    filler = (filler + 0x9e3779b9) | 0;
    let z = filler;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let s0 = fill();
  let s1 = fill();
  let s2 = fill();
  // An all-zero state would stay zero for ever.
  let s3 = fill() | 1;
  let spareNormal: number | undefined;

  const nextUint32 = () => {
    const scrambled = Math.imul(s1, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    return result;
  };
  const nextUniform = () => ((nextUint32() >>> 5) * 67108864 + (nextUint32() >>> 6)) / 9007199254740992;

  return {
    nextUint32,
    nextUniform,
    // The bias of scaling 32 bits is below bound / 2³², too small to show in any resampling.
    nextInt: (bound) => Math.floor((nextUint32() * bound) / 4294967296),
    // Polar method (Marsaglia & Bray, 1964): two independent normals from one point in the unit disc.
    nextNormal: () => {
      if (spareNormal !== undefined) {
        const value = spareNormal;
        spareNormal = undefined;
        return value;
      }
      for (;;) {
        const x = 2 * nextUniform() - 1;
        const y = 2 * nextUniform() - 1;
        const squared = x * x + y * y;
        if (squared > 0 && squared < 1) {
          const scale = Math.sqrt((-2 * Math.log(squared)) / squared);
          spareNormal = y * scale;
          return x * scale;
        }
      }
    },
  };
}
