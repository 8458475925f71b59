/** An import of ratings: reading a large file and making its rows takes the web server's time otherwise. */
import type { ComputationContext } from "@/lib/platform/computing/computation";
import type { RatingsImport } from "@/lib/votes/import/import-fields";
import { importRatings } from "@/lib/votes/import/import-ratings";

export function compute(
  { input, actor }: { input: RatingsImport; actor: string },
  { tell }: ComputationContext,
): Promise<{ studyId: string }> {
  return importRatings(input, actor, { tell });
}
