/** What an image is called on a rater's screen. */
import type { RaterStrings } from "./strings/rater-strings";

export function imageName(strings: RaterStrings, count: number, place: number): string {
  if (count !== 2) return strings.image(place + 1);
  return place === 0 ? strings.leftImage : strings.rightImage;
}
