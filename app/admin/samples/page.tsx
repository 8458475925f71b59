/** All sample sets. */
import type { Metadata } from "next";
import { ButtonLink } from "@/components/button";
import { column, listPage, whileWorking } from "@/components/list-page";
import { formatCount } from "@/components/numbers";
import { Link } from "@/components/page-link";
import { ProgressBar } from "@/components/progress-bar";
import { staff } from "@/lib/platform/accounts/roles";
import { listSampleSets, type SampleSetSummary, sampleSetSortKeys } from "@/lib/samples/list-sample-sets";

export const metadata: Metadata = { title: "Samples" };

const path = "/admin/samples";

export default listPage<SampleSetSummary, (typeof sampleSetSortKeys)[number]>(staff, {
  path,
  title: "Samples",
  text: "Images for a dataset’s captions, drawn by a model here or imported. With the same captions and seeds, two sets differ only in the model.",
  noun: ["sample set", "sample sets"],
  sortKeys: sampleSetSortKeys,
  load: async (query) => {
    const { sampleSets, total } = await listSampleSets(query);
    return { rows: sampleSets, total };
  },
  refreshMs: whileWorking,
  actions: () => (
    <>
      <ButtonLink href={`${path}/import`}>Import</ButtonLink>
      <ButtonLink href={`${path}/guidance`}>Compare guidances</ButtonLink>
      <ButtonLink href={`${path}/masks`}>Masks</ButtonLink>
      <ButtonLink href={`${path}/complete`}>Complete an image</ButtonLink>
      <ButtonLink href={`${path}/try`}>Your own caption</ButtonLink>
    </>
  ),
  create: "Draw samples",
  empty: {
    title: "No samples yet",
    text: "Import the images that any generator made for a dataset’s captions, or draw samples with a model here, and compare them side by side.",
  },
  columns: [
    column.link(path, { below: (set) => `captions of ${set.dataset.name}` }),
    {
      key: "models",
      header: "Drawn by",
      from: "md",
      cell: (set) =>
        set.baseCheckpoint === null ? (
          "imported"
        ) : (
          <>
            <Link href={`/admin/models/${set.baseCheckpoint.id}`} className="prose-link">
              {set.baseCheckpoint.name}
            </Link>
            {set.upsamplerCheckpoint ? (
              <span className="block text-[0.8125rem] text-muted">
                enlarged by {set.upsamplerCheckpoint.name}
              </span>
            ) : null}
          </>
        ),
    },
    column.state(),
    {
      key: "images",
      header: "Images",
      from: "sm",
      cell: (set) =>
        set.state === "RUNNING" ? (
          <div className="w-40">
            <ProgressBar
              value={set.drawn / Math.max(1, set.requested)}
              label={`Progress of ${set.name}`}
              text={`${formatCount(set.drawn)} of ${formatCount(set.requested)}`}
            />
          </div>
        ) : (
          <span className="numeric">
            {set.drawn === set.requested
              ? formatCount(set.drawn)
              : `${formatCount(set.drawn)} of ${formatCount(set.requested)}`}
          </span>
        ),
    },
    column.created("Requested"),
  ],
});
