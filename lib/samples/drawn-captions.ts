/** Which captions of a dataset a sample set draws, and in which order: the first of every image, or all. */

/** For `db.caption.findMany` and `count`. */
export function drawnCaptions({ datasetId, allCaptions }: { datasetId: string; allCaptions: boolean }) {
  return {
    where: { picture: { datasetId }, ...(allCaptions ? {} : { position: 0 }) },
    orderBy: [{ picture: { position: "asc" as const } }, { position: "asc" as const }],
  };
}
