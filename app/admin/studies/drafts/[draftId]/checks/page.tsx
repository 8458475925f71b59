/** Picks a draft's checks: images and correct answers, for training and gold items of any question. */
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Suspense } from "react";
import { Button, ButtonLink } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { SelectField, TextField } from "@/components/field";
import { parameter, type SearchParams } from "@/components/list-query";
import { Notice } from "@/components/notice";
import { plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Panel } from "@/components/panel";
import { PanelSkeleton, Skeleton } from "@/components/skeleton";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import {
  type CheckCaption,
  datasetsOfArms,
  findCheckCaption,
  findCheckCaptions,
  listCheckImages,
} from "@/lib/studies/checks/list-check-images";
import { getDesign } from "@/lib/studies/design/get-design";
import { automaticKey } from "@/lib/studies/design/picked-checks";
import type { StudyDesign } from "@/lib/studies/design/study-design";
import { getStudy } from "@/lib/studies/get-study";
import { orNotFound } from "../../../../or-not-found";
import { CheckPicker } from "./check-picker";
import { PickedCheckList } from "./picked-check-list";

export const metadata: Metadata = { title: "Checks" };

export default async function DraftChecksPage({
  params,
  searchParams,
}: {
  params: Promise<{ draftId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  await requireRole(...staff);
  const { draftId } = await params;
  const study = await getStudy(draftId).catch(orNotFound);
  if (study.state !== "DRAFT") redirect(`/admin/studies/${draftId}`);
  return (
    <>
      <PageHeader
        back={{ href: `/admin/studies/${draftId}`, label: study.name }}
        title="Checks"
        text="Training and gold items with images and correct answers that you pick. They are fixed when the study opens."
        action={<ButtonLink href={`/admin/studies/drafts/${draftId}`}>Change draft</ButtonLink>}
      />
      <Suspense
        fallback={
          <Skeleton>
            <PanelSkeleton lines={6} />
          </Skeleton>
        }
      >
        <Checks draftId={draftId} query={await searchParams} />
      </Suspense>
    </>
  );
}

async function Checks({ draftId, query }: { draftId: string; query: SearchParams }) {
  const design = await getDesign(draftId);
  const asked = {
    question: parameter(query, "question") ?? "",
    search: parameter(query, "search") ?? "",
    other: parameter(query, "other") ?? "",
    caption: parameter(query, "caption") ?? "",
  };
  const question = design.criteria.find(({ key }) => key === asked.question) ?? design.criteria[0]!;
  const isId = /^[0-9a-f-]{36}$/.test(asked.caption);
  const [caption, datasetIds] = await Promise.all([
    isId ? findCheckCaption(asked.caption) : null,
    datasetsOfArms(design.arms),
  ]);
  const [captions, others, captionOf] = await Promise.all([
    findCheckCaptions(asked.search, datasetIds),
    caption && asked.other !== "" ? findCheckCaptions(asked.other, datasetIds) : [],
    captionsById(design),
  ]);
  const [own, theirs] = await Promise.all([
    caption ? listCheckImages([caption.id]) : [],
    listCheckImages(others.map(({ id }) => id).filter((id) => id !== caption?.id)),
  ]);
  const path = `/admin/studies/drafts/${draftId}/checks`;
  const addressOf = (changes: Partial<typeof asked>) =>
    `${path}?${new URLSearchParams(
      Object.entries({ ...asked, question: question.key, ...changes }).filter(([, value]) => value !== ""),
    )}`;
  return (
    <>
      <div className="mb-10">
        <AskedFor design={design} />
      </div>
      <Section
        title="Picked"
        text="In this order. Training items come before the study and are the same for everybody."
      >
        {design.checks.length === 0 ? (
          <EmptyState title="None yet" text="Choose a question and a caption below, then images." />
        ) : (
          <Panel>
            <PickedCheckList
              draftId={draftId}
              checks={design.checks.map((check) => ({
                check,
                question:
                  design.criteria.find(({ key }) => key === check.criterion)?.question ?? check.criterion,
                caption: captionOf.get(check.captionId) ?? {
                  text: "This caption no longer exists.",
                  language: "en",
                },
              }))}
            />
          </Panel>
        )}
      </Section>
      <Section title="Pick another" text="Only pick items on which no attentive person could disagree.">
        <Panel>
          <div className="grid gap-7">
            <form action={path} className="grid items-end gap-5 sm:grid-cols-[1fr_1fr_auto]">
              <SelectField label="Question" name="question" defaultValue={question.key} key={question.key}>
                {design.criteria.map(({ key, question: words }) => (
                  <option key={key} value={key}>
                    {words}
                  </option>
                ))}
              </SelectField>
              <TextField
                label="Caption contains"
                optional
                name="search"
                defaultValue={asked.search}
                key={`search ${asked.search}`}
              />
              <Button type="submit">Find captions</Button>
            </form>
            {captions.length === 0 ? (
              <Notice title={`No caption contains “${asked.search}”.`} />
            ) : (
              <CaptionChoice
                captions={captions}
                chosen={caption}
                addressOf={(id) => addressOf({ caption: id })}
              />
            )}
            {caption ? (
              <CheckPicker
                key={`${question.key} ${caption.id}`}
                draftId={draftId}
                question={{ key: question.key, text: question.question, type: question.questionType }}
                caption={caption}
                own={own}
                others={theirs}
                otherSearch={{
                  path,
                  query: { question: question.key, search: asked.search, caption: caption.id },
                  value: asked.other,
                }}
              />
            ) : null}
          </div>
        </Panel>
      </Section>
    </>
  );
}

/** How many the raters get, and where the rest comes from. */
function AskedFor({ design }: { design: StudyDesign }) {
  const { trainingItems, goldItems } = design.qualityControl;
  const isAutomatic = design.criteria.some(({ key }) => key === automaticKey);
  const count = (use: "training" | "gold") => design.checks.filter((check) => check.use === use).length;
  return (
    <Notice
      title={`Each rater gets ${plural(trainingItems, "training item", "training items")} and ${plural(goldItems, "gold item", "gold items")}. Picked so far: ${count("training")} for training, ${count("gold")} gold.`}
    >
      {isAutomatic
        ? "Missing ones are made from photographs when the study opens, for the question on caption similarity only. Change the draft to set other numbers."
        : "This study has no question on caption similarity, so all checks have to be picked. Then change the draft to set how many each rater gets."}
    </Notice>
  );
}

function CaptionChoice({
  captions,
  chosen,
  addressOf,
}: {
  captions: CheckCaption[];
  chosen: CheckCaption | null;
  addressOf: (id: string) => string;
}) {
  const severalDatasets = new Set(captions.map(({ dataset }) => dataset)).size > 1;
  return (
    <nav aria-label="Captions">
      <ul className="grid gap-x-6 gap-y-1 sm:grid-cols-2">
        {captions.map(({ id, text, language, dataset }) => (
          <li key={id}>
            <Link
              href={addressOf(id)}
              scroll={false}
              lang={language}
              aria-current={chosen?.id === id ? "true" : undefined}
              className="caption-text prose-link text-[0.9375rem] aria-[current=true]:font-semibold"
            >
              {text}
            </Link>
            {severalDatasets ? <span className="text-[0.8125rem] text-muted"> {dataset}</span> : null}
          </li>
        ))}
      </ul>
    </nav>
  );
}

async function captionsById(design: StudyDesign): Promise<Map<string, CheckCaption>> {
  const captions = await Promise.all(
    [...new Set(design.checks.map(({ captionId }) => captionId))].map(findCheckCaption),
  );
  return new Map(captions.flatMap((caption) => (caption ? [[caption.id, caption]] : [])));
}
