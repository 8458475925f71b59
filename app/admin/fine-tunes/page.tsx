/** All fine-tunes. */
import type { Metadata } from "next";
import Link from "next/link";
import {
  createdColumn,
  type EntityList,
  ListPage,
  type ListPageProps,
  linkColumn,
  stateColumn,
  whileWorking,
} from "@/components/list-page";
import { partNames } from "@/components/model-text";
import { formatCount, formatDuration } from "@/components/numbers";
import { ProgressBar } from "@/components/progress-bar";
import { type FineTuneSummary, fineTuneSortKeys, listFineTunes } from "@/lib/fine-tunes/list-fine-tunes";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";

export const metadata: Metadata = { title: "Fine-tunes" };

const path = "/admin/fine-tunes";

const fineTunes: EntityList<FineTuneSummary, (typeof fineTuneSortKeys)[number]> = {
  path,
  title: "Fine-tunes",
  text: "Runs that teach a model your photographs, from registered weights or from scratch.",
  noun: ["fine-tune", "fine-tunes"],
  sortKeys: fineTuneSortKeys,
  load: async (query) => {
    const { fineTunes, total } = await listFineTunes(query);
    return { rows: fineTunes, total };
  },
  refreshMs: whileWorking,
  create: { label: "Start a fine-tune" },
  empty: {
    title: "No fine-tune yet",
    text: "Choose a dataset and a start; the defaults are those of the community’s script for GLIDE. A tiny model learns 32 photographs in minutes, on any machine.",
  },
  columns: [
    linkColumn({
      path,
      below: ({ part, startCheckpoint }) =>
        `${partNames[part].label}, ${startCheckpoint ? `from ${startCheckpoint.name}` : "from scratch"}`,
    }),
    {
      key: "dataset",
      header: "Dataset",
      from: "md",
      cell: (run) => (
        <Link href={`/admin/datasets/${run.dataset.id}`} className="prose-link">
          {run.dataset.name}
        </Link>
      ),
    },
    stateColumn(),
    {
      key: "steps",
      header: "Steps",
      from: "sm",
      cell: (run) =>
        run.state === "RUNNING" && run.totalSteps > 0 ? (
          <div className="w-44">
            <ProgressBar
              value={run.step / run.totalSteps}
              label={`Progress of ${run.name}`}
              text={`${formatCount(run.step)} of ${formatCount(run.totalSteps)}${run.secondsLeft === null ? "" : `, ${formatDuration(run.secondsLeft)} left`}`}
            />
          </div>
        ) : run.totalSteps > 0 ? (
          <span className="numeric">
            {formatCount(run.step)} of {formatCount(run.totalSteps)}
          </span>
        ) : null,
    },
    createdColumn("Started"),
  ],
};

export default async function FineTunesPage({ searchParams }: ListPageProps) {
  await requireRole(...staff);
  return <ListPage list={fineTunes} searchParams={await searchParams} />;
}
