/** Finds the blind image behind an opaque token of a rater's own assignment. */
import { SemblanceError } from "@/lib/errors";
import { queryPrepared } from "@/lib/platform/database/prepared-transaction";

/**
 * @returns the SHA-256 of the blind rendition
 * @throws SemblanceError `not_found` for a token that is not this rater's
 */
export async function findAssignedImage(raterId: string, token: string): Promise<{ sha256: string }> {
  const [image] = await queryPrepared<{ sha256: string }>`
    SELECT p."blobSha256" AS sha256
    FROM "Assignment" a
    JOIN "ItemImage" p ON p."itemId" = a."itemId"
      AND p.position = a.placement[array_position(a."imageTokens", ${token})]
    WHERE a."raterId" = ${raterId}::uuid AND ${token} = ANY(a."imageTokens")`;
  if (!image) throw new SemblanceError("not_found", "There is no such image.");
  return image;
}
