/** What an import of ratings would read. */
import type { RatingsFile } from "@/lib/votes/import/import-fields";
import { previewRatings } from "@/lib/votes/import/preview-ratings";

export function compute(file: RatingsFile): ReturnType<typeof previewRatings> {
  return previewRatings(file);
}
