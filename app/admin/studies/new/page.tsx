/** Plans a new study. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { ButtonLink } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import type { SearchParams } from "@/components/list-query";
import { PageHeader } from "@/components/page-header";
import { FormSkeleton } from "@/components/skeleton";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { getDesign } from "@/lib/studies/design/get-design";
import { listArmSources } from "@/lib/studies/design/list-arm-sources";
import type { StudyDesign } from "@/lib/studies/design/study-design";
import { orNotFound } from "../../or-not-found";
import { StudyForm } from "./study-form";
import { designToValues, initialValues } from "./study-values";

export const metadata: Metadata = { title: "New study" };

export default async function NewStudyPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const query = await searchParams;
  const given = typeof query.from === "string" ? await getDesign(query.from).catch(orNotFound) : null;
  return (
    <>
      <PageHeader
        back={{ href: "/admin/studies", label: "Studies" }}
        title="New study"
        action={<ButtonLink href="/admin/studies/plan">Planner</ButtonLink>}
        text="Choose what to compare, what to ask and how many raters answer. The study starts as a draft."
      />
      <Suspense fallback={<FormSkeleton />}>
        <Choice query={query} given={given} />
      </Suspense>
    </>
  );
}

async function Choice({ query, given }: { query: SearchParams; given: StudyDesign | null }) {
  const sources = await listArmSources(given ?? undefined);
  const initial = given ? designToValues({ ...given, name: "" }) : initialValues(plannedNumbers(query));
  if (sources.length < 2) {
    return (
      <EmptyState
        title="Not enough to compare yet"
        text="A study needs two arms with the same captions: sample sets, drawn here or imported, and photographs if there are any."
        action={
          <>
            <ButtonLink href="/admin/datasets">Datasets</ButtonLink>
            <ButtonLink href="/admin/samples" variant="primary">
              Sample sets
            </ButtonLink>
          </>
        }
      />
    );
  }
  return <StudyForm key={JSON.stringify(query)} sources={sources} initial={initial} draftId={null} />;
}

/** What the planner hands over. */
function plannedNumbers(query: SearchParams) {
  const names = ["captions", "opponents", "ratersPerItem", "itemsPerRater"] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = query[name];
      return typeof value === "string" && /^\d{1,6}$/.test(value) ? [[name, value]] : [];
    }),
  );
}
