/** Resizes images of any size to the same square, so that models of different resolutions are compared with the same photographs. */
import { SemblanceError } from "@/lib/errors";
import { cropCentre, type RgbImage } from "./pixels";
import { resizeBicubic } from "./resize-pillow";

/**
 * The largest centred square at `sidePx` × `sidePx`, by Pillow's antialiased bicubic; an image of that size as it is.
 *
 * @throws SemblanceError `invalid_input` for an image that would have to be enlarged
 */
export function squareImage(image: RgbImage, sidePx: number, name: string): RgbImage {
  const side = Math.min(image.width, image.height);
  if (side < sidePx) {
    throw new SemblanceError(
      "invalid_input",
      `${name} is ${image.width} × ${image.height} px and cannot be compared at ${sidePx} px.`,
      { remedy: "Compare at a smaller size." },
    );
  }
  return resizeBicubic(cropCentre(image, side, Math.floor), sidePx, sidePx);
}
