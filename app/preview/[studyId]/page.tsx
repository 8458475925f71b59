/** A study as raters will see it, for those who plan it: the invitation, then items whose answers are thrown away. */
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { buttonClass } from "@/components/button-class";
import { MessagePage } from "@/components/message-page";
import { Invitation } from "@/components/rating/invitation";
import { PreviewFrame, PreviewScreen } from "@/components/rating/preview-screen";
import { storedDisplay } from "@/components/rating/stored-display";
import { toSemblanceError } from "@/lib/errors";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { previewStudy } from "@/lib/rating/preview/preview-study";
import { findEnding } from "@/lib/studies/design/endings";

export const metadata: Metadata = { title: "Preview" };

export default async function PreviewPage({
  params,
  searchParams,
}: {
  params: Promise<{ studyId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  await requireRole(...staff);
  const { studyId } = await params;
  const { begun } = await searchParams;
  const preview = await previewStudy(studyId).catch(toSemblanceError);
  if ("code" in preview) {
    if (preview.code === "not_found") notFound();
    if (preview.code === "internal") throw preview;
    return (
      <MessagePage
        mark="Preview"
        title="There is nothing to preview yet."
        text={
          <>
            <p>{preview.message}</p>
            <p>{preview.remedy}</p>
          </>
        }
        actions={
          <a href={`/admin/studies/${studyId}`} className={buttonClass()}>
            Back to the study
          </a>
        }
      />
    );
  }
  const { study } = preview;
  const { display } = await storedDisplay();
  const address = `/preview/${studyId}`;
  if (begun !== "yes") {
    return (
      <PreviewFrame studyId={studyId}>
        <Invitation
          studyId={studyId}
          studyName={study.name}
          instructions={study.instructions}
          consentText={study.consentText}
          studyLanguage={study.language}
          task={{ items: preview.asked, minutes: null }}
          action={address}
          method="get"
          ids={{ begun: "yes" }}
          idProblem={null}
          problem={null}
          isPilot={false}
          display={display}
        />
      </PreviewFrame>
    );
  }
  return (
    <PreviewScreen
      studyId={studyId}
      studyName={study.name}
      studyLanguage={study.language}
      captionLanguage={preview.captionLanguage}
      display={display}
      items={preview.items}
      completion={findEnding(study.endings, "complete")}
    />
  );
}
