/** All studies. */
import type { Metadata } from "next";
import { ButtonLink } from "@/components/button";
import { column, listPage } from "@/components/list-page";
import { staff } from "@/lib/platform/accounts/roles";
import { listStudies, type StudySummary, studySortKeys } from "@/lib/studies/list-studies";
import { shownState } from "@/lib/studies/shown-state";

export const metadata: Metadata = { title: "Studies" };

const path = "/admin/studies";

export default listPage<StudySummary, (typeof studySortKeys)[number]>(staff, {
  path,
  title: "Studies",
  text: "People judge images without knowing where they come from: which one matches its caption better?",
  noun: ["study", "studies"],
  sortKeys: studySortKeys,
  pageSize: 20,
  load: async (query) => {
    const { studies, total } = await listStudies(query);
    return { rows: studies, total };
  },
  actions: () => (
    <>
      <ButtonLink href={`${path}/plan`}>Planner</ButtonLink>
      <ButtonLink href={`${path}/import`}>Import ratings</ButtonLink>
    </>
  ),
  create: "New study",
  empty: {
    title: "No studies yet",
    text: "A study needs at least two arms with the same captions: sample sets, drawn here or imported, and photographs if there are any.",
  },
  columns: [
    column.link(path, { header: "Study" }),
    column.state((study) => ({ state: shownState(study) })),
    { key: "arms", header: "Arms", from: "md", cell: (study) => study.armNames.join(", ") },
    {
      key: "answers",
      header: "Answers",
      numeric: true,
      cell: (study) =>
        study.imported
          ? study.imported.answers
          : study.ratings.needed === 0
            ? "—"
            : `${study.ratings.given} of ${study.ratings.needed}`,
    },
    { key: "raters", header: "Raters", numeric: true, from: "sm", cell: (study) => study.raterCount },
    column.created("Created", "md"),
  ],
});
