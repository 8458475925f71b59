/** Plans a new study. */
import type { Metadata } from "next";
import { ButtonLink } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import type { SearchParams } from "@/components/list-query";
import { PageHeader } from "@/components/page-header";
import { requireRole } from "@/lib/accounts/require-role";
import { staff } from "@/lib/accounts/roles";
import { listArmSources } from "@/lib/studies/list-arm-sources";
import { StudyForm } from "./study-form";

export const metadata: Metadata = { title: "New study" };

export default async function NewStudyPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const query = await searchParams;
  const number = (name: string) => {
    const value = query[name];
    return typeof value === "string" && /^\d{1,6}$/.test(value) ? value : undefined;
  };
  const [captions, ratersPerItem, itemsPerRater] = ["captions", "ratersPerItem", "itemsPerRater"].map(number);
  const sources = await listArmSources();
  return (
    <>
      <PageHeader
        back={{ href: "/admin/studies", label: "Studies" }}
        title="New study"
        actions={<ButtonLink href="/admin/studies/plan">Planner</ButtonLink>}
        text="Choose what is compared, what is asked and how many people answer. It starts as a draft."
      />
      {sources.length < 2 ? (
        <EmptyState
          title="Not enough to compare yet"
          text="A study needs two arms for the same captions: import photographs, then sample a model for their captions."
          action={
            <>
              <ButtonLink href="/admin/datasets">Datasets</ButtonLink>
              <ButtonLink href="/admin/samples" variant="primary">
                Sample sets
              </ButtonLink>
            </>
          }
        />
      ) : (
        <StudyForm
          sources={sources}
          planned={{
            ...(captions ? { captions } : {}),
            ...(ratersPerItem ? { ratersPerItem } : {}),
            ...(itemsPerRater ? { itemsPerRater } : {}),
          }}
        />
      )}
    </>
  );
}
