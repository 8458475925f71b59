/** All fine-tunes. */
import type { Metadata } from "next";
import { Badge, StateBadge } from "@/components/badge";
import { column, listPage, whileWorking } from "@/components/list-page";
import { partNames } from "@/components/model-text";
import { formatCount, formatDuration } from "@/components/numbers";
import { Link } from "@/components/page-link";
import { ProgressBar } from "@/components/progress-bar";
import { type FineTuneSummary, fineTuneSortKeys, listFineTunes } from "@/lib/fine-tunes/list-fine-tunes";
import { staff } from "@/lib/platform/accounts/roles";

export const metadata: Metadata = { title: "Fine-tunes" };

const path = "/admin/fine-tunes";

export default listPage<FineTuneSummary, (typeof fineTuneSortKeys)[number]>(staff, {
  path,
  title: "Fine-tunes",
  text: "Train a model on your photographs, starting from a checkpoint or from scratch.",
  noun: ["fine-tune", "fine-tunes"],
  sortKeys: fineTuneSortKeys,
  load: async (query) => {
    const { fineTunes, total } = await listFineTunes(query);
    return { rows: fineTunes, total };
  },
  refreshMs: whileWorking,
  create: "Start a fine-tune",
  empty: {
    title: "No fine-tune yet",
    text: "Choose a dataset and where to start. The defaults are those of the community’s fine-tuning script for GLIDE. A tiny model trains on 32 photographs in minutes, on any machine.",
  },
  columns: [
    column.link(path, {
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
    {
      key: "state",
      header: "State",
      sortable: true,
      cell: ({ state, warning }) => (
        <span className="grid gap-1">
          <StateBadge state={state} />
          {warning ? (
            <span title={warning}>
              <Badge tone="warn">Overfits</Badge>
            </span>
          ) : null}
        </span>
      ),
    },
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
    column.created("Started"),
  ],
});
