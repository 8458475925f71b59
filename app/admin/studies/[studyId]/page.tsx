/** One study: its design, the link for raters, how far it has come. */
import type { Metadata } from "next";
import { headers } from "next/headers";
import { type ReactNode, Suspense } from "react";
import { StateBadge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { DemoNote } from "@/components/demo-label";
import type { SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { PageHeader, Section } from "@/components/page-header";
import { Pagination } from "@/components/pagination";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { SemblanceCommand } from "@/components/semblance-command";
import { Skeleton, TableSkeleton } from "@/components/skeleton";
import { computeOnce } from "@/lib/computations/compute-once";
import { hasSimulatedVotes } from "@/lib/dashboard/simulated-votes";
import { describeLeftOut } from "@/lib/images/left-out";
import type { Member } from "@/lib/platform/accounts/member";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { originOf } from "@/lib/platform/server/client-address";
import { likert } from "@/lib/questions/likert";
import { listChecks } from "@/lib/studies/checks/list-checks";
import { getStudy } from "@/lib/studies/get-study";
import { shownState } from "@/lib/studies/shown-state";
import { listReportedItems } from "@/lib/votes/list/list-item-reports";
import { listRaters } from "@/lib/votes/list/list-raters";
import { orNotFound } from "../../or-not-found";
import { orRefusal } from "../../or-refusal";
import { AccessSection } from "./access/access-section";
import { CheckList } from "./check-list";
import { ImportedAnswers } from "./imported-answers";
import { MetricsSection } from "./metrics-section";
import { RaterTable } from "./rater-table";
import { RegistrationSection } from "./registration-section";
import { ReportedItems } from "./reported-items";
import { StopRuleState } from "./stop-rule-state";
import { OtherStudyActions, StudyAction } from "./study-actions";
import { StudyDescription } from "./study-description";
import { StudyProgress } from "./study-progress";

export const metadata: Metadata = { title: "Study" };

const ratersPerPage = 25;

type Study = Awaited<ReturnType<typeof getStudy>>;

export default async function StudyPage({
  params,
  searchParams,
}: {
  params: Promise<{ studyId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  const member = await requireRole(...staff);
  const { studyId } = await params;
  const study = await getStudy(studyId).catch(orNotFound);
  const query = await searchParams;
  const ratersPage = pageOf(query.page);
  const hasOpened = study.state === "OPEN" || study.state === "CLOSED";
  const actionable = {
    studyId,
    state: study.state,
    isPilot: study.isPilot,
    answers: study.ratings.given,
    isImported: study.imported !== null,
  };
  const link = `${originOf(await headers())}/join/${study.inviteToken}`;
  return (
    <>
      <PageHeader
        back={{ href: "/admin/studies", label: "Studies" }}
        title={study.name}
        badge={
          <>
            <StateBadge state={shownState(study)} />
            {study.isDemo ? <DemoNote simulatedVotes={await hasSimulatedVotes(studyId)} /> : null}
          </>
        }
        action={<StudyAction {...actionable} />}
        others={
          study.state === "OPENING" || (study.state === "CLOSED" && study.imported === null) ? null : (
            <OtherStudyActions {...actionable} />
          )
        }
      />
      <LiveRefresh active={study.state === "OPENING" || study.state === "OPEN"} />
      {study.openingError ? (
        <div className="mb-5">
          <Notice kind="error" title="Opening this study failed.">
            {study.openingError}
          </Notice>
        </div>
      ) : null}
      {study.leftOut.length > 0 ? (
        <div className="mb-5">
          <Notice kind="warning" title="Some captions are left out.">
            {describeLeftOut(study.leftOut, ["image", "images"])}
          </Notice>
        </div>
      ) : null}
      {study.state === "DRAFT" ? (
        <div className="mb-10">
          <Notice title="This study is a draft and does not accept answers yet.">
            When you open it, its plan is fixed and hashed, the blind images are rendered, and the link for
            raters starts to work.
          </Notice>
        </div>
      ) : study.state === "OPENING" ? (
        <Section
          title="Opening"
          text="The blind images are being rendered. The link for raters works when they are done."
        >
          <Panel>
            <ProgressBar
              value={study.openingJob?.progress ?? 0}
              label="Images rendered"
              text={study.openingJob?.note || "Waiting for a worker"}
            />
          </Panel>
          <Suspense>
            <NoWorker />
          </Suspense>
        </Section>
      ) : study.imported ? (
        <ImportedAnswers imported={study.imported} />
      ) : (
        <StudyProgress study={study} />
      )}
      {study.criteria.some(({ questionType }) => questionType === likert.name) && hasOpened ? (
        <MetricsSection studyId={studyId} />
      ) : null}
      {study.state === "DRAFT" || study.state === "OPEN" ? (
        <AccessSection study={study} link={link} invitationsPage={pageOf(query.invitations)} />
      ) : null}
      <Suspense
        fallback={
          <Skeleton className="mt-10">
            <Section title={hasOpened ? "Raters" : "Checks"}>
              <TableSkeleton />
            </Section>
          </Skeleton>
        }
      >
        <Course study={study} ratersPage={ratersPage} member={member} />
      </Suspense>
      {study.imported ? null : <RegistrationSection study={study} />}
      {study.imported ? null : (
        <Section
          title="Design"
          actions={
            <ButtonLink size="sm" href={`/admin/studies/new?from=${study.id}`}>
              New study with this design
            </ButtonLink>
          }
        >
          <Panel>
            <StudyDescription study={study} />
          </Panel>
        </Section>
      )}
    </>
  );
}

async function NoWorker() {
  const workers = await listWorkers();
  if (workers.length > 0) return null;
  return (
    <div className="mt-4">
      <Notice kind="warning" title="No worker is running.">
        <p>The study opens as soon as one is running. Start one with this command:</p>
        <SemblanceCommand command="npx semblance worker" />
      </Notice>
    </div>
  );
}

/** What has to be counted or computed. */
async function Course({ study, ratersPage, member }: { study: Study; ratersPage: number; member: Member }) {
  const [checks, { raters, total: raterCount }, decisions, reported] = await Promise.all([
    listChecks(study.id),
    listRaters(study.id, { page: ratersPage, pageSize: ratersPerPage }),
    study.state === "OPEN" && !study.isPilot && study.stopRule !== null
      ? computeOnce("stop-decisions", { studyId: study.id }, currentHalfMinute(), { owner: member.id }).catch(
          orRefusal,
        )
      : [],
    listReportedItems(study.id),
  ]);
  return (
    <>
      <Part
        of={"refusal" in decisions ? [decisions] : decisions}
        title="Stop rule"
        text="Differences in log strength, with intervals that stay valid however often you look. Checked every 30 seconds."
      >
        {"refusal" in decisions ? decisions.refusal.message : <StopRuleState decisions={decisions} />}
      </Part>
      {raterCount > 0 ? (
        <Section title="Raters">
          <RaterTable raters={raters} isImported={study.imported !== null} />
          <Pagination
            page={ratersPage}
            pageSize={ratersPerPage}
            total={raterCount}
            path={`/admin/studies/${study.id}`}
            query={{}}
            noun={["rater", "raters"]}
          />
        </Section>
      ) : null}
      <Part
        of={reported.items}
        title="Reported problems"
        text={`Problems that raters reported with items. Skipped items go to other raters.${reported.total > reported.items.length ? ` The ${reported.items.length} of ${reported.total} items that were reported most often.` : ""}`}
      >
        <ReportedItems items={reported.items} language={study.captionLanguage} />
      </Part>
      <Part
        of={checks}
        title="Checks"
        text="Items with a known answer. To raters they look like any other item, and they do not count as votes."
      >
        <CheckList checks={checks} language={study.captionLanguage} />
      </Part>
    </>
  );
}

/** The worker looks as often. */
function currentHalfMinute(): string {
  return String(Math.floor(Date.now() / 30_000));
}

function pageOf(written: SearchParams[string]): number {
  return Math.max(1, Math.floor(Number(written)) || 1);
}

/** A section that is left out where there is nothing to list. */
function Part({
  of,
  children,
  ...section
}: {
  of: readonly unknown[];
  title: string;
  text: string;
  children: ReactNode;
}) {
  if (of.length === 0) return null;
  return (
    <Section {...section}>
      <Panel>{children}</Panel>
    </Section>
  );
}
