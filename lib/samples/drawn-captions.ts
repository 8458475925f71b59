/** Which captions of a dataset a sample set draws, and in which order: the first of every image, or all, of which categories and images. */
import { ofCategories } from "@/lib/datasets/caption-category";
import { captionsAt, imagesAt, type Revision } from "@/lib/datasets/revisions/at-revision";
import type { Split } from "@/lib/generated/prisma/enums";

/** For `db.caption.findMany` and `count`. */
export function drawnCaptions({
  datasetId,
  datasetRevision,
  allCaptions,
  captionCategories = [],
  captionSplit = null,
}: {
  datasetId: string;
  datasetRevision: Revision;
  allCaptions: boolean;
  /** See `ofCategories`. */
  captionCategories?: readonly string[];
  /** Null: captions of all images. */
  captionSplit?: Split | null;
}) {
  return {
    where: {
      ...captionsAt(datasetRevision),
      image: { datasetId, ...imagesAt(datasetRevision, captionSplit ?? undefined) },
      ...(allCaptions ? {} : { position: 0 }),
      ...ofCategories(captionCategories),
    },
    orderBy: [{ image: { position: "asc" as const } }, { position: "asc" as const }],
  };
}
