/** Changes a draft's design. */
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Suspense } from "react";
import { PageHeader } from "@/components/page-header";
import { FormSkeleton } from "@/components/skeleton";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { getDesign } from "@/lib/studies/design/get-design";
import { listArmSources } from "@/lib/studies/design/list-arm-sources";
import { getStudy } from "@/lib/studies/get-study";
import { orNotFound } from "../../../or-not-found";
import { StudyForm } from "../../new/study-form";
import { designToValues } from "../../new/study-values";

export const metadata: Metadata = { title: "Change draft" };

export default async function ChangeDraftPage({ params }: { params: Promise<{ draftId: string }> }) {
  await requireRole(...staff);
  const { draftId } = await params;
  const study = await getStudy(draftId).catch(orNotFound);
  const page = `/admin/studies/${draftId}`;
  if (study.state !== "DRAFT") redirect(page);
  return (
    <>
      <PageHeader
        back={{ href: page, label: study.name }}
        title="Change draft"
        text="You can change everything until the study opens. Its plan is then fixed."
      />
      <Suspense fallback={<FormSkeleton />}>
        <Design draftId={draftId} />
      </Suspense>
    </>
  );
}

async function Design({ draftId }: { draftId: string }) {
  const design = await getDesign(draftId);
  const sources = await listArmSources(design);
  return <StudyForm sources={sources} initial={designToValues(design)} draftId={draftId} />;
}
