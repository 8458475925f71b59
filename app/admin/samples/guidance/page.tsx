/** All comparisons of guidances. */
import type { Metadata } from "next";
import { column, listPage, whileWorking } from "@/components/list-page";
import { plural } from "@/components/numbers";
import { ProgressBar } from "@/components/progress-bar";
import { staff } from "@/lib/platform/accounts/roles";
import type { GuidanceComparison } from "@/lib/samples/guidance/get-guidance-comparison";
import {
  guidanceComparisonSortKeys,
  listGuidanceComparisons,
} from "@/lib/samples/guidance/list-guidance-comparisons";

export const metadata: Metadata = { title: "Guidance comparisons" };

const path = "/admin/samples/guidance";

export default listPage<GuidanceComparison, (typeof guidanceComparisonSortKeys)[number]>(staff, {
  path,
  title: "Guidance comparisons",
  text: "The same captions and seeds under several guidances and scales, side by side.",
  noun: ["comparison", "comparisons"],
  sortKeys: guidanceComparisonSortKeys,
  load: async (query) => {
    const { comparisons, total } = await listGuidanceComparisons(query);
    return { rows: comparisons, total };
  },
  refreshMs: whileWorking,
  create: "Compare guidances",
  empty: {
    title: "No comparisons yet",
    text: "Choose a model and a few captions, and the scales to try.",
  },
  columns: [
    column.link(path, {
      below: ({ settings }) => {
        const set = settings[0]?.set;
        return set
          ? `${set.baseCheckpoint?.name}, captions of ${set.dataset.name}`
          : "its samples were deleted";
      },
    }),
    {
      key: "settings",
      header: "Settings",
      from: "sm",
      cell: ({ settings }) => plural(settings.length, "setting", "settings"),
    },
    {
      key: "state",
      header: "State",
      cell: (comparison) => <ComparisonState of={comparison} />,
    },
    column.created("Requested"),
  ],
});

function ComparisonState({ of: { name, state, progress } }: { of: GuidanceComparison }) {
  if (state !== "RUNNING") return column.state<{ state: string }>().cell({ state });
  return (
    <div className="w-40">
      <ProgressBar value={progress} label={`Progress of ${name}`} text={`${Math.floor(100 * progress)}%`} />
    </div>
  );
}
