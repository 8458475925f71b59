/** All studies. */
import type { Metadata } from "next";
import { ButtonLink } from "@/components/button";
import {
  createdColumn,
  type EntityList,
  ListPage,
  type ListPageProps,
  linkColumn,
  stateColumn,
} from "@/components/list-page";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listStudies, type StudySummary, studySortKeys } from "@/lib/studies/list-studies";
import { shownState } from "@/lib/studies/shown-state";

export const metadata: Metadata = { title: "Studies" };

const path = "/admin/studies";

const studies: EntityList<StudySummary, (typeof studySortKeys)[number]> = {
  path,
  title: "Studies",
  text: "People compare pictures blind: which one matches its caption better?",
  noun: ["study", "studies"],
  sortKeys: studySortKeys,
  pageSize: 20,
  load: async (query) => {
    const { studies, total } = await listStudies(query);
    return { rows: studies, total };
  },
  actions: () => <ButtonLink href={`${path}/plan`}>Planner</ButtonLink>,
  create: { label: "New study" },
  empty: {
    title: "No studies yet",
    text: "A study needs at least two arms for the same captions: the photographs of a dataset and one or more sample sets.",
  },
  columns: [
    linkColumn({ path, header: "Study" }),
    stateColumn((study) => ({ state: shownState(study) })),
    { key: "arms", header: "Arms", from: "md", cell: (study) => study.armNames.join(", ") },
    {
      key: "answers",
      header: "Answers",
      numeric: true,
      cell: (study) =>
        study.ratings.needed === 0 ? "—" : `${study.ratings.given} of ${study.ratings.needed}`,
    },
    { key: "raters", header: "Raters", numeric: true, from: "sm", cell: (study) => study.raterCount },
    createdColumn("Created", "md"),
  ],
};

export default async function StudiesPage({ searchParams }: ListPageProps) {
  await requireRole(...staff);
  return <ListPage list={studies} searchParams={await searchParams} />;
}
