/** What an image is called on a rater's screen. */
import type { RaterStrings } from "./strings/rater-strings";

export function pictureName(strings: RaterStrings, count: number, place: number): string {
  if (count !== 2) return strings.picture(place + 1);
  return place === 0 ? strings.leftPicture : strings.rightPicture;
}
