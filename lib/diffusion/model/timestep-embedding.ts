/** Timesteps as sinusoids, the form in which the UNet takes them. */

const MAX_PERIOD = 10_000;

/**
 * The sinusoidal embedding of timesteps (Vaswani et al. 2017, eq. 3.5, cosines before sines): with
 * f_k = 10000^(-k / half) and half = ⌊channels / 2⌋, row t is [cos t f_0, ..., cos t f_(half-1), sin t f_0, ...],
 * and a last zero where `channels` is odd.
 *
 * @param timesteps in steps of the full process (0 to 999 for GLIDE), also with a fraction.
 * @returns [timesteps.length, channels], row by row.
 */
export function timestepEmbedding(timesteps: ArrayLike<number>, channels: number): Float32Array {
  const half = Math.floor(channels / 2);
  // The reference works in float32; at timestep 999 an angle kept in float64 would differ from its by 6e-5.
  const frequencies = Float32Array.from({ length: half }, (_, k) =>
    Math.exp(Math.fround(Math.fround(-Math.log(MAX_PERIOD) * k) / half)),
  );
  const rows = new Float32Array(timesteps.length * channels);
  for (let row = 0; row < timesteps.length; row++) {
    for (let k = 0; k < half; k++) {
      const angle = Math.fround(Math.fround(timesteps[row]!) * frequencies[k]!);
      rows[row * channels + k] = Math.cos(angle);
      rows[row * channels + half + k] = Math.sin(angle);
    }
  }
  return rows;
}
