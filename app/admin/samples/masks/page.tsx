/** All sets of masks. */
import type { Metadata } from "next";
import { column, listPage, whileWorking } from "@/components/list-page";
import { formatCount } from "@/components/numbers";
import { listMaskSets, type MaskSetSummary, maskSetSortKeys } from "@/lib/mask-sets/list-mask-sets";
import { staff } from "@/lib/platform/accounts/roles";

export const metadata: Metadata = { title: "Masks" };

const path = "/admin/samples/masks";

export default listPage<MaskSetSummary, (typeof maskSetSortKeys)[number]>(staff, {
  path,
  title: "Masks",
  text: "Which part of each image inpainting models redraw. Sample sets with the same masks can be evaluated and compared in studies.",
  noun: ["set of masks", "sets of masks"],
  sortKeys: maskSetSortKeys,
  load: async (query) => {
    const { maskSets, total } = await listMaskSets(query);
    return { rows: maskSets, total };
  },
  refreshMs: whileWorking,
  create: "Import masks",
  empty: {
    title: "No masks yet",
    text: "Import one mask for each image of a dataset: white where the image is redrawn, black elsewhere.",
  },
  columns: [
    column.link(path, { below: (set) => `images of ${set.dataset.name}` }),
    column.state(),
    { key: "masks", header: "Masks", numeric: true, cell: ({ maskCount }) => formatCount(maskCount) },
    {
      key: "sampleSets",
      header: "Sample sets",
      numeric: true,
      from: "sm",
      cell: ({ sampleSetCount }) => formatCount(sampleSetCount),
    },
    column.created("Imported"),
  ],
});
