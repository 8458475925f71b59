/** A study as raters will see it, for those who plan it: the invitation, then items whose answers are thrown away. */
import type { GetServerSideProps } from "next";
import Head from "next/head";
import type { ComponentProps } from "react";
import Forbidden from "@/app/forbidden";
import { buttonClass } from "@/components/button-class";
import { MessagePage } from "@/components/message";
import { Invitation } from "@/components/rating/invitation";
import { PreviewFrame, PreviewScreen } from "@/components/rating/preview-screen";
import { storedDisplay } from "@/components/rating/stored-display";
import { blindFitToText } from "@/lib/images/blind-fit";
import { blindKind } from "@/lib/images/rendition-kind";
import { memberOfRequest } from "@/lib/platform/accounts/member-of-cookie";
import { staff } from "@/lib/platform/accounts/roles";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { wantRenditions } from "@/lib/platform/renditions/find-rendition";
import { previewStudy } from "@/lib/rating/preview/preview-study";
import { findEnding } from "@/lib/studies/design/endings";
import { raterAccess } from "@/lib/studies/design/rater-access";
import { imageFit } from "@/lib/studies/design/study-design";

type Props =
  | { view: "forbidden" }
  | { view: "nothing"; studyId: string; message: string; remedy: string }
  | { view: "invitation"; images: string; invitation: ComponentProps<typeof Invitation> }
  | { view: "items"; screen: ComponentProps<typeof PreviewScreen> };

export const getServerSideProps: GetServerSideProps<Props, { studyId: string }> = async ({
  req,
  res,
  params,
  query,
  resolvedUrl,
}) => {
  const member = await memberOfRequest(req);
  if (!member) {
    const destination = `/sign-in?next=${encodeURIComponent(resolvedUrl)}`;
    return { redirect: { destination, permanent: false } };
  }
  if (!staff.some((role) => role === member.role)) {
    res.statusCode = 403;
    return { props: { view: "forbidden" } };
  }
  const { studyId } = params!;
  const preview = await previewStudy(studyId).catch(toPlatformError);
  if ("code" in preview) {
    if (preview.code === "not_found") return { notFound: true };
    if (preview.code === "internal") throw preview;
    return { props: { view: "nothing", studyId, message: preview.message, remedy: preview.remedy ?? "" } };
  }
  const { study } = preview;
  const fit = imageFit.parse(study.imageFit);
  const images = `${blindFitToText(fit, study.imageSizePx)}${fit === "area" ? "; aspects can tell arms apart" : ""}`;
  await wantRenditions(
    preview.items.flatMap(({ item }) => item.imageTokens),
    blindKind(fit, study.imageSizePx),
  );
  const { display } = storedDisplay(req);
  if (query.begun === "yes") {
    return {
      props: {
        view: "items",
        screen: {
          studyId,
          images,
          studyName: study.name,
          studyLanguage: study.language,
          captionLanguage: preview.captionLanguage,
          display,
          items: preview.items,
          completion: findEnding(study.endings, "complete"),
          minimumMs: 1000 * raterAccess.parse(study.access).minimumSeconds,
        },
      },
    };
  }
  return {
    props: {
      view: "invitation",
      images,
      invitation: {
        studyId,
        studyName: study.name,
        instructions: study.instructions,
        consentText: study.consentText,
        studyLanguage: study.language,
        task: { items: preview.asked, minutes: null },
        action: `/preview/${studyId}`,
        method: "get",
        ids: { begun: "yes" },
        challenge: null,
        idProblem: null,
        problem: null,
        isPilot: false,
        display,
      },
    },
  };
};

export default function PreviewPage(props: Props) {
  return (
    <>
      <Head>
        <title>Preview · Semblance</title>
      </Head>
      <View {...props} />
    </>
  );
}

function View(props: Props) {
  switch (props.view) {
    case "forbidden":
      return <Forbidden />;
    case "nothing":
      return (
        <MessagePage
          mark="Preview"
          title="There is nothing to preview yet."
          text={
            <>
              <p>{props.message}</p>
              <p>{props.remedy}</p>
            </>
          }
          actions={
            <a href={`/admin/studies/${props.studyId}`} className={buttonClass()}>
              Back to the study
            </a>
          }
        />
      );
    case "invitation":
      return (
        <PreviewFrame studyId={props.invitation.studyId} images={props.images}>
          <Invitation {...props.invitation} />
        </PreviewFrame>
      );
    case "items":
      return <PreviewScreen {...props.screen} />;
  }
}
