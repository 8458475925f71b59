/** Captions that a form proposes for a dataset: the first of its first two images. */
import { db } from "@/lib/platform/database/db";
import { captionsAt } from "./revisions/at-revision";

/** @returns by dataset id */
export async function suggestCaptions(datasetIds: string[]): Promise<Map<string, string[]>> {
  const rows = await db.caption.findMany({
    where: {
      ...captionsAt("newest"),
      position: 0,
      image: { datasetId: { in: datasetIds }, position: { in: [0, 1] } },
    },
    orderBy: { image: { position: "asc" } },
    select: { text: true, image: { select: { datasetId: true } } },
  });
  const suggestions = new Map<string, string[]>();
  for (const { text, image } of rows) {
    suggestions.set(image.datasetId, [...(suggestions.get(image.datasetId) ?? []), text]);
  }
  return suggestions;
}
