/** How grainy an image is: the noise that a difference of two Laplacians leaves, on which edges and gradients have little effect. */
import sharp from "sharp";

/**
 * Standard deviation of white noise in an image on a scale of 0 to 255, the mean over its three channels. Texture counts as noise,
 * so only images of the same things can be compared.
 *
 * Source: Immerkær 1996, Fast Noise Variance Estimation, equation 1.
 */
export async function imageGrain(path: string): Promise<number> {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const at = (x: number, y: number, channel: number) => data[(y * width + x) * channels + channel]!;
  let sum = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const row = (dy: number, side: number, middle: number) =>
          side * (at(x - 1, y + dy, channel) + at(x + 1, y + dy, channel)) + middle * at(x, y + dy, channel);
        sum += Math.abs(row(-1, 1, -2) + row(0, -2, 4) + row(1, 1, -2));
      }
    }
  }
  return (Math.sqrt(Math.PI / 2) * sum) / (6 * (width - 2) * (height - 2) * channels);
}
