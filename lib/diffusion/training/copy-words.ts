/** When a preview counts as a copy of a training image, and what people read of that. No engine here. */
import { alikeDistance } from "@/lib/images/fingerprint-size";

export type NearestImage = {
  readonly name: string;
  /** Of its file, where that is known. */
  readonly sha256: string | null;
  /** Mean absolute difference of the fingerprints, in levels of 0 to 255. */
  readonly distance: number;
};

export function isCopy({ distance }: Pick<NearestImage, "distance">): boolean {
  return distance <= alikeDistance;
}

export function copyWords({
  step,
  caption,
  nearest: { name, distance },
}: {
  step: number;
  caption: string;
  nearest: Pick<NearestImage, "name" | "distance">;
}): string {
  return `Step ${step}: the preview of “${caption}” looks like the training image ${name}; they differ by ${distance.toFixed(1)} of 255 levels.`;
}
