/** Images for tests, drawn from a seed: no two seeds give the same bytes. */
import sharp from "sharp";

/** An image-like pattern: soft waves of colour. `format` as sharp names it. */
export async function drawImage(
  seed: number,
  { widthPx = 96, heightPx = 80, format = "png" as "png" | "jpeg" | "webp" | "gif" | "tiff" } = {},
): Promise<Buffer> {
  const pixels = Buffer.alloc(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const wave = Math.sin(x / (7 + seed) + channel) + Math.cos(y / (5 + seed / 2) - channel * seed);
        pixels[(y * widthPx + x) * 3 + channel] = 127 + 60 * wave;
      }
    }
  }
  return sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}
