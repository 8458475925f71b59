/** Which captions of a dataset a sample set draws, and in which order: the first of every image, or all. */

/** For `db.caption.findMany` and `count`. */
export function drawnCaptions({ datasetId, allCaptions }: { datasetId: string; allCaptions: boolean }) {
  return {
    where: { image: { datasetId }, ...(allCaptions ? {} : { position: 0 }) },
    orderBy: [{ image: { position: "asc" as const } }, { position: "asc" as const }],
  };
}
