/** Which captions of a dataset a sample set draws, and in which order: the first of every image, or all, and of which categories. */
import { ofCategories } from "@/lib/datasets/caption-category";
import { captionsAt, imagesAt, type Revision } from "@/lib/datasets/revisions/at-revision";

/** For `db.caption.findMany` and `count`. */
export function drawnCaptions({
  datasetId,
  datasetRevision,
  allCaptions,
  captionCategories = [],
}: {
  datasetId: string;
  datasetRevision: Revision;
  allCaptions: boolean;
  /** See `ofCategories`. */
  captionCategories?: readonly string[];
}) {
  return {
    where: {
      ...captionsAt(datasetRevision),
      image: { datasetId, ...imagesAt(datasetRevision) },
      ...(allCaptions ? {} : { position: 0 }),
      ...ofCategories(captionCategories),
    },
    orderBy: [{ image: { position: "asc" as const } }, { position: "asc" as const }],
  };
}
