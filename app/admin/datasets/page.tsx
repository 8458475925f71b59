/** All datasets. */
import type { Metadata } from "next";
import { ButtonLink } from "@/components/button";
import { Image } from "@/components/image";
import { column, listPage } from "@/components/list-page";
import { formatCount } from "@/components/numbers";
import { type DatasetSummary, datasetSortKeys, listDatasets } from "@/lib/datasets/list-datasets";
import { staff } from "@/lib/platform/accounts/roles";

export const metadata: Metadata = { title: "Datasets" };

const path = "/admin/datasets";

export default listPage<DatasetSummary, (typeof datasetSortKeys)[number]>(staff, {
  path,
  title: "Datasets",
  text: "Photographs with captions, or captions alone, for comparing the images of models and for fine-tuning them.",
  noun: ["dataset", "datasets"],
  sortKeys: datasetSortKeys,
  pageSize: 20,
  load: async (query) => {
    const { datasets, total } = await listDatasets(query);
    return { rows: datasets, total };
  },
  refreshMs: (rows) => (rows.some(({ state }) => state === "IMPORTING") ? 2000 : undefined),
  actions: () => (
    <>
      <ButtonLink href={`${path}/captions`}>List of captions</ButtonLink>
      <ButtonLink href={`${path}/desks`}>Captioning desks</ButtonLink>
    </>
  ),
  create: "Import a dataset",
  empty: {
    title: "No captions yet",
    text: (
      <>
        Import photographs with captions: each image with a text file of the same name, or any other usual
        layout. To compare models, a list of captions is enough.
      </>
    ),
  },
  columns: [
    column.link(path),
    {
      key: "images",
      header: "First images",
      from: "md",
      cell: (dataset) => (
        <div className="flex gap-1.5">
          {dataset.firstImages.map((sha256) => (
            <Image key={sha256} sha256={sha256} alt="" sidePx={128} className="size-11" />
          ))}
        </div>
      ),
    },
    column.state(),
    {
      key: "imageCount",
      header: "Images",
      numeric: true,
      cell: (dataset) => formatCount(dataset.imageCount),
    },
    {
      key: "captionCount",
      header: "Captions",
      numeric: true,
      from: "sm",
      cell: (dataset) => formatCount(dataset.captionCount),
    },
    column.created("Imported"),
  ],
});
