/** Captions that a form proposes for a dataset: the first of its first two images. */
import { db } from "@/lib/platform/database/db";

/** @returns by dataset id */
export async function suggestCaptions(datasetIds: string[]): Promise<Map<string, string[]>> {
  const rows = await db.caption.findMany({
    where: { position: 0, picture: { datasetId: { in: datasetIds }, position: { in: [0, 1] } } },
    orderBy: { picture: { position: "asc" } },
    select: { text: true, picture: { select: { datasetId: true } } },
  });
  const suggestions = new Map<string, string[]>();
  for (const { text, picture } of rows) {
    suggestions.set(picture.datasetId, [...(suggestions.get(picture.datasetId) ?? []), text]);
  }
  return suggestions;
}
