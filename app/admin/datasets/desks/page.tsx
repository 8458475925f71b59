/** All captioning desks. */
import type { Metadata } from "next";
import { column, listPage } from "@/components/list-page";
import { formatCount } from "@/components/numbers";
import { Link } from "@/components/page-link";
import { type DeskSummary, deskSortKeys, listDesks } from "@/lib/desks/list-desks";
import { staff } from "@/lib/platform/accounts/roles";

export const metadata: Metadata = { title: "Captioning desks" };

const path = "/admin/datasets/desks";

export default listPage<DeskSummary, (typeof deskSortKeys)[number]>(staff, {
  path,
  title: "Captioning desks",
  text: "Share the images of a dataset out among people who describe them in their browsers.",
  noun: ["desk", "desks"],
  sortKeys: deskSortKeys,
  load: async (query) => {
    const { desks, total } = await listDesks(query);
    return { rows: desks, total };
  },
  create: "Open a desk",
  empty: {
    title: "No captioning desks yet",
    text: "Open one on a dataset and send out its link. Each person gets a share of the images; you review the captions and put them into the dataset.",
  },
  columns: [
    column.link(path),
    {
      key: "dataset",
      header: "Dataset",
      from: "md",
      cell: (desk) => (
        <Link href={`/admin/datasets/${desk.datasetId}`} className="hover:underline">
          {desk.datasetName}
        </Link>
      ),
    },
    column.state(),
    { key: "images", header: "Images", numeric: true, cell: (desk) => formatCount(desk.images) },
    { key: "people", header: "People", numeric: true, from: "sm", cell: (desk) => formatCount(desk.people) },
    {
      key: "captions",
      header: "Captions",
      numeric: true,
      from: "sm",
      cell: (desk) => formatCount(desk.captions),
    },
    column.created("Opened"),
  ],
});
