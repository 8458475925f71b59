/** Pixels in memory as a PNG file. */
import sharp from "sharp";

/** @param data rows from the top, red, green and blue of each pixel interleaved */
export function encodePng({
  widthPx,
  heightPx,
  data,
}: {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly data: Uint8Array;
}): Promise<Buffer> {
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toBuffer();
}
