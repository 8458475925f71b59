/** What a picture is called on a rater's screen, and where its browser finds it. */
import type { RaterStrings } from "./strings/rater-strings";

export function pictureName(strings: RaterStrings, count: number, place: number): string {
  if (count !== 2) return strings.picture(place + 1);
  return place === 0 ? strings.leftPicture : strings.rightPicture;
}

export function pictureAddress(studyId: string, token: string): string {
  return `/api/rate/${studyId}/picture/${token}`;
}
