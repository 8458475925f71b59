/** All fine-tunes. */
import type { Metadata } from "next";
import { Badge, StateBadge } from "@/components/badge";
import { buttonClass } from "@/components/button-class";
import { column, listPage, whileWorking } from "@/components/list-page";
import { partNames } from "@/components/model-text";
import { formatCount, formatDuration, formatMeasure } from "@/components/numbers";
import { Link } from "@/components/page-link";
import { ProgressBar } from "@/components/progress-bar";
import { RunTags } from "@/components/runs/run-tags";
import {
  type FineTuneSortKey,
  type FineTuneSummary,
  fineTuneSortKeys,
  listFineTunes,
} from "@/lib/fine-tunes/list-fine-tunes";
import { staff } from "@/lib/platform/accounts/roles";

export const metadata: Metadata = { title: "Fine-tunes" };

const path = "/admin/fine-tunes";

/** The form that the rows' boxes belong to, wherever they stand. */
const compareForm = "compare-runs";

function CompareForm() {
  return (
    <form id={compareForm} action={`${path}/compare`} className="contents">
      <button type="submit" className={buttonClass("secondary")}>
        Compare runs
      </button>
    </form>
  );
}

export default listPage<FineTuneSummary, FineTuneSortKey>(staff, {
  path,
  title: "Fine-tunes",
  text: "Train a model on your photographs, starting from a checkpoint or from scratch.",
  noun: ["fine-tune", "fine-tunes"],
  sortKeys: fineTuneSortKeys,
  load: async ({ filter, ...query }) => {
    const { fineTunes, total } = await listFineTunes({ ...query, isArchived: filter === "archived" });
    return { rows: fineTunes, total };
  },
  filter: {
    parameter: "show",
    label: "Which runs are listed",
    choices: [
      { key: "current", label: "Runs" },
      { key: "archived", label: "Archived" },
    ],
    none: { title: "No run is archived", text: "A run that is archived on its page is listed here." },
  },
  search: {
    label: "Names, tags and notes",
    none: { title: "No run matches", text: "Search for fewer or other words, or among the archived runs." },
  },
  refreshMs: whileWorking,
  create: "Start a fine-tune",
  empty: {
    title: "No fine-tune yet",
    text: "Choose a dataset and where to start. The defaults are those of the community’s fine-tuning script for GLIDE. A tiny model trains on 32 photographs in minutes, on any machine.",
  },
  actions: (isEmpty) => (isEmpty ? null : <CompareForm />),
  columns: [
    {
      key: "compared",
      header: "Compare",
      cell: ({ id, name }) => (
        <input
          type="checkbox"
          name="run"
          value={id}
          form={compareForm}
          aria-label={`Compare ${name}`}
          className="size-4 accent-(--accent)"
        />
      ),
    },
    column.link(path, {
      below: ({ part, startCheckpoint, tags }) => (
        <>
          {`${partNames[part].label}, ${startCheckpoint ? `from ${startCheckpoint.name}` : "from scratch"}`}
          <RunTags tags={tags} />
        </>
      ),
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
    {
      key: "finalLoss",
      header: "Final loss",
      sortable: true,
      numeric: true,
      from: "lg",
      cell: ({ finalLoss }) => (finalLoss === null ? "—" : formatMeasure(finalLoss, 3)),
    },
    {
      key: "validationLoss",
      header: "Validation",
      sortable: true,
      numeric: true,
      from: "xl",
      cell: ({ validationLoss }) => (validationLoss === null ? "—" : formatMeasure(validationLoss, 3)),
    },
    {
      key: "durationSeconds",
      header: "Duration",
      sortable: true,
      numeric: true,
      from: "xl",
      cell: ({ durationSeconds }) => (durationSeconds === null ? "—" : formatDuration(durationSeconds)),
    },
    column.created("Started"),
  ],
});
