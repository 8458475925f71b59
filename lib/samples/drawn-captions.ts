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
  maskSetId = null,
}: {
  datasetId: string;
  datasetRevision: Revision;
  allCaptions: boolean;
  /** See `ofCategories`. */
  captionCategories?: readonly string[];
  /** Null: captions of all images. */
  captionSplit?: Split | null;
  /** Only captions of images that these masks are for. */
  maskSetId?: string | null;
}) {
  return {
    where: {
      ...captionsAt(datasetRevision),
      image: {
        datasetId,
        ...imagesAt(datasetRevision, captionSplit ?? undefined),
        ...(maskSetId === null ? {} : { masks: { some: { maskSetId } } }),
      },
      ...(allCaptions ? {} : { position: 0 }),
      ...ofCategories(captionCategories),
    },
    orderBy: [{ image: { position: "asc" as const } }, { position: "asc" as const }],
  };
}
