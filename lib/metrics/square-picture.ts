/** Brings pictures of any size to the same square, so that models of different resolutions meet the same photographs. */
import { SemblanceError } from "@/lib/errors";
import { resizeBicubic } from "../images/resize-pillow";
import { cropCentre, type Picture } from "./picture";

/**
 * The largest centred square at `sidePx` × `sidePx`, by Pillow's antialiased bicubic; a picture of that size as it is.
 *
 * @throws SemblanceError `invalid_input` for a picture that would have to be enlarged
 */
export function squarePicture(picture: Picture, sidePx: number, name: string): Picture {
  const side = Math.min(picture.width, picture.height);
  if (side < sidePx) {
    throw new SemblanceError(
      "invalid_input",
      `${name} is ${picture.width} × ${picture.height} px and cannot be compared at ${sidePx} px.`,
      { remedy: "Compare at a smaller side." },
    );
  }
  return resizeBicubic(cropCentre(picture, side, Math.floor), sidePx, sidePx);
}
