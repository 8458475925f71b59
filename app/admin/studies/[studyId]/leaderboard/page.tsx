/** What people and metrics say about the arms of a study. */
import { Download } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { Badge, StateBadge } from "@/components/badge";
import { ButtonAnchor } from "@/components/button";
import { DemoNote } from "@/components/demo-label";
import { EmptyState } from "@/components/empty-state";
import { AgreementExamples } from "@/components/leaderboard/agreement-examples";
import { AutomaticScoresTable } from "@/components/leaderboard/automatic-scores-table";
import { CumulativeLinkTable } from "@/components/leaderboard/cumulative-link-table";
import { DifferencesTable } from "@/components/leaderboard/differences-table";
import { LeaderboardTable, leaderboardSortKeys } from "@/components/leaderboard/leaderboard-table";
import { MarkedFaultsView } from "@/components/leaderboard/marked-faults-view";
import { MetricAgreementTable } from "@/components/leaderboard/metric-agreement-table";
import { RaterQualityTable } from "@/components/leaderboard/rater-quality-table";
import { RatingPlot } from "@/components/leaderboard/rating-plot";
import { RegisteredStatus } from "@/components/leaderboard/registered-status";
import { ResultFiles } from "@/components/leaderboard/result-files";
import { ScoreCorrelationsView } from "@/components/leaderboard/score-correlations-view";
import { SensitivityPanel } from "@/components/leaderboard/sensitivity-panel";
import { VoteFilter } from "@/components/leaderboard/vote-filter";
import { VoteQuality } from "@/components/leaderboard/vote-quality";
import { WinMatrixTable } from "@/components/leaderboard/win-matrix-table";
import { address, parameter, readListQuery, type SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { formatCount, plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Bar, PanelSkeleton, Skeleton, TableSkeleton } from "@/components/skeleton";
import { StoppingNotes } from "@/components/stopping-notes";
import { TabLinks } from "@/components/tab-links";
import type { ShownLeaderboard } from "@/lib/computations/leaderboard";
import { leaderboardOnce, ratingsOnce } from "@/lib/computations/leaderboard-once";
import { noteLeaderboard } from "@/lib/dashboard/guide";
import { hasSimulatedVotes } from "@/lib/dashboard/simulated-votes";
import { categoryToText } from "@/lib/datasets/caption-category";
import { captionLanguageOfStudy } from "@/lib/datasets/caption-language";
import { listStudyCategories } from "@/lib/datasets/list-categories";
import type { Member } from "@/lib/platform/accounts/member";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import type { Standings } from "@/lib/questions/answer-statistics";
import type { Sensitivity } from "@/lib/statistics/sensitivity";
import { getLeaderboardHead, type LeaderboardHead } from "@/lib/votes/leaderboard/get-leaderboard-head";
import { listDeviations } from "@/lib/votes/leaderboard/list-deviations";
import { readVoteSelection, type VoteSelection } from "@/lib/votes/list/vote-selection";
import { orNotFound } from "../../../or-not-found";
import { orRefusal, type Refusal } from "../../../or-refusal";

export const metadata: Metadata = { title: "Leaderboard" };

/** An open page has the statistics computed again for a fiftieth of the time at most. */
const restsPerComputing = 50;

export default async function LeaderboardPage({
  params,
  searchParams,
}: {
  params: Promise<{ studyId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  const member = await requireRole(...staff);
  const { studyId } = await params;
  const asked = await searchParams;
  const selection = readVoteSelection(
    new URLSearchParams({
      raters: parameter(asked, "raters") ?? "",
      containing: parameter(asked, "containing") ?? "",
      category: parameter(asked, "category") ?? "",
    }),
  );
  const head = await getLeaderboardHead(studyId, parameter(asked, "criterion")).catch(orNotFound);
  await noteLeaderboard(member, { id: studyId, isDemo: head.isDemo, isOpen: head.isOpen });
  const { criterion } = head;
  const path = `/admin/studies/${studyId}/leaderboard`;
  /** What the address keeps of the choice of votes. */
  const chosen = chosenVotes(selection);
  const isOneOfSeveral = head.criteria.length > 1;
  const file = (name: string, of: "question" | "all" = "question") =>
    address(`/api/studies/${studyId}/${name}`, {
      criterion: isOneOfSeveral && of === "question" ? criterion.key : undefined,
      ...chosen,
    });
  return (
    <>
      <PageHeader
        back={{ href: `/admin/studies/${studyId}`, label: head.studyName }}
        title="Leaderboard"
        text={criterion.question}
        badge={
          <>
            {head.isPilot ? <StateBadge state="PILOT" /> : null}
            {head.isImported ? <StateBadge state="IMPORTED" /> : null}
            {head.isDemo ? <DemoNote simulatedVotes={await hasSimulatedVotes(studyId)} /> : null}
          </>
        }
        action={
          <ButtonAnchor
            variant="primary"
            href={file("leaderboard.csv")}
            download
            icon={<Download className="size-4" aria-hidden="true" />}
          >
            Leaderboard as CSV
          </ButtonAnchor>
        }
      />
      {isOneOfSeveral ? (
        <TabLinks
          label="Criterion"
          current={criterion.key}
          tabs={head.criteria.map(({ key }) => ({
            key,
            label: key.replaceAll("-", " "),
            href: address(path, { criterion: key, ...chosen }),
          }))}
        />
      ) : null}
      <Suspense fallback={<BoardSkeleton arms={head.armCount} />}>
        <Board
          studyId={studyId}
          member={member}
          head={head}
          selection={selection}
          asked={asked}
          path={path}
          file={file}
        />
      </Suspense>
    </>
  );
}

function chosenVotes({ raters, containing, category }: VoteSelection) {
  return { raters, containing, category: category && categoryToText(category) };
}

/** Filter, registered result, plot and table: what the first screen shows. */
function BoardSkeleton({ arms }: { arms: number }) {
  return (
    <Skeleton>
      <Bar className="mb-5 h-11" />
      <Bar className="mb-6 h-12" />
      <Section title="Ratings">
        <PanelSkeleton lines={arms + 2} />
        <div className="mt-4">
          <TableSkeleton rows={arms + 1} />
        </div>
      </Section>
    </Skeleton>
  );
}

async function Board({
  studyId,
  member,
  head,
  selection,
  asked,
  path,
  file,
}: {
  studyId: string;
  member: Member;
  head: LeaderboardHead;
  selection: VoteSelection & { containing: string };
  asked: SearchParams;
  path: string;
  /** Address of a file of results. */
  file: (name: string, of?: "question" | "all") => string;
}) {
  const { criterion } = head;
  const owner = { owner: member.id };
  // Both begin now: the ratings are there in a third of the time.
  const whole = leaderboardOnce(studyId, criterion.key, selection, owner).catch(orRefusal);
  // Where the ratings fail, so does the rest, and nobody waits for it.
  whole.catch(() => {});
  const board = await ratingsOnce(studyId, criterion.key, selection, owner).catch(orRefusal);
  if ("refusal" in board) return <NotComputed {...board} />;
  // This look may itself be a deviation.
  const [deviations, categories] = await Promise.all([
    listDeviations(studyId, selection),
    listStudyCategories(studyId),
  ]);
  const { containing } = selection;
  const sort = readListQuery(asked, leaderboardSortKeys, { sort: "rating", order: "desc" });
  const { leaderboard } = board;
  const chosen = chosenVotes(selection);
  const unlessPrimary = board.primary?.question === criterion.key ? null : exploratoryBadge(board);
  return (
    <>
      {board.hasAnswers ? (
        <>
          <VoteFilter
            path={path}
            kept={{
              criterion: criterion.key,
              sort: parameter(asked, "sort"),
              order: parameter(asked, "order"),
            }}
            raters={board.countedRaters}
            registered={board.registeredRaters}
            containing={containing}
            category={selection.category}
            categories={categories}
          />
          <RegisteredStatus studyId={studyId} board={board} deviations={deviations} />
          {leaderboard.voteCount === 0 ? (
            <Notice title="No answers match this choice of raters and captions." />
          ) : (
            <>
              <StoppingNotes of={board.stopping} />
              <Section title="Ratings" badge={exploratoryBadge(board)}>
                <RatingPlot standings={leaderboard} />
              </Section>
              <div className="mt-4">
                <LeaderboardTable
                  rows={leaderboard.rows}
                  scale={leaderboard.ratingScale}
                  sort={{ key: sort.sort, order: sort.order }}
                  path={path}
                  query={{ criterion: criterion.key, ...chosen }}
                />
              </div>
              {leaderboard.warnings.length > 0 ? (
                <div className="mt-4 grid gap-3">
                  {leaderboard.warnings.map((warning) => (
                    <Notice key={warning} kind="warning" title={warning} />
                  ))}
                </div>
              ) : null}
              {leaderboard.differences.length > 0 ? (
                <Section title="Differences" badge={unlessPrimary} text={differencesText(leaderboard)}>
                  <DifferencesTable
                    differences={leaderboard.differences}
                    scale={leaderboard.ratingScale}
                    ranking={leaderboard.rows.map(({ arm }) => arm)}
                  />
                </Section>
              ) : null}
            </>
          )}
        </>
      ) : (
        <EmptyState
          title="No answers yet"
          text="Send the study’s link to raters, or open it yourself. The leaderboard updates as answers come in."
        />
      )}
      <Suspense fallback={board.hasAnswers ? <RestSkeleton /> : null}>
        <Rest studyId={studyId} head={head} whole={whole} file={file} />
      </Suspense>
    </>
  );
}

/** Beside everything but the registered result; where none was registered, the page says so once. */
function exploratoryBadge({ primary }: Pick<ShownLeaderboard, "primary">) {
  return primary === null ? null : <Badge>Exploratory</Badge>;
}

/** In place of what takes longer than the ratings. */
function RestSkeleton() {
  return (
    <Skeleton className="mt-8">
      <Section title="Sensitivity">
        <PanelSkeleton />
      </Section>
    </Skeleton>
  );
}

/** Everything that takes longer than the ratings. */
async function Rest({
  studyId,
  head,
  whole,
  file,
}: {
  studyId: string;
  head: LeaderboardHead;
  whole: Promise<ShownLeaderboard | Refusal>;
  file: (name: string, of?: "question" | "all") => string;
}) {
  const board = await whole;
  if ("refusal" in board) return <NotComputed {...board} />;
  const captionLanguage = await captionLanguageOfStudy(studyId);
  const { criterion } = head;
  const { leaderboard, withoutFlagged, examples, faults } = board;
  const exploratory = exploratoryBadge(board);
  return (
    <>
      <LiveRefresh active={board.isOpen} everyMs={Math.max(10_000, restsPerComputing * board.computingMs)} />
      {leaderboard.voteCount === 0 ? null : (
        <>
          {withoutFlagged ? (
            <Section
              title="Without flagged raters"
              badge={exploratory}
              text={`Results without ${board.flaggedCount === 1 ? "the rater" : `the ${board.flaggedCount} raters`} flagged as careless: ${formatCount(withoutFlagged.voteCount)} of ${plural(leaderboard.voteCount, "vote", "votes")}.`}
            >
              <RatingPlot standings={withoutFlagged} />
            </Section>
          ) : null}
          {board.sensitivity ? (
            <Section title="Sensitivity" badge={exploratory} text={sensitivityText(board.sensitivity)}>
              <SensitivityPanel of={board.sensitivity} />
            </Section>
          ) : null}
          {leaderboard.cumulativeLink ? (
            <Section
              title="Odds of a higher score"
              badge={exploratory}
              text="From a cumulative link model, which uses the order of the points but not the distance between them. The 95% intervals hold for all arms simultaneously."
            >
              <CumulativeLinkTable fit={leaderboard.cumulativeLink} />
            </Section>
          ) : null}
          <Section
            title="Head to head"
            badge={exploratory}
            text="How often the arm in the row was preferred. A tie counts as half a win; “neither” is left out. In small print: the 95% interval, which holds for all pairs simultaneously, and the number of votes."
          >
            <WinMatrixTable arms={leaderboard.arms} matrix={leaderboard.winMatrix} />
          </Section>
          {faults ? (
            <Section
              title="Marked faults"
              badge={exploratory}
              text="Words missing from an image, with how often each was marked, and places marked as wrong."
            >
              <MarkedFaultsView
                language={captionLanguage}
                faults={faults}
                marksWords={criterion.marksWords}
                marksPlaces={criterion.marksPlaces}
              />
            </Section>
          ) : null}
          <Section title="Can these votes be trusted?">
            <VoteQuality leaderboard={leaderboard} />
          </Section>
          <Section title="Raters">
            <RaterQualityTable raters={board.raters} raterCount={board.raterCount} />
          </Section>
          {examples.strongest.length > 0 ? (
            <Section title="Strongest agreement" text="Items on which raters agreed.">
              <AgreementExamples language={captionLanguage} items={examples.strongest} />
            </Section>
          ) : null}
          {examples.weakest.length > 0 ? (
            <Section title="Strongest disagreement" text="Items on which raters disagreed.">
              <AgreementExamples language={captionLanguage} items={examples.weakest} />
            </Section>
          ) : null}
        </>
      )}
      {board.automatic.some(({ scores }) => scores.length > 0) ? (
        <Section
          title="Automatic metrics"
          badge={exploratory}
          text="What metrics say about each arm’s images, and whether they agree with the raters."
        >
          <div className="grid gap-6">
            <AutomaticScoresTable arms={board.automatic} />
            {board.metricAgreement.length > 0 ? (
              <MetricAgreementTable metrics={board.metricAgreement} />
            ) : null}
          </div>
        </Section>
      ) : null}
      {board.scoreCorrelations ? (
        <Section
          title="Scores and metrics"
          badge={exploratory}
          text="How closely each metric’s ranking of the images matches people’s mean scores."
        >
          <ScoreCorrelationsView of={board.scoreCorrelations} />
        </Section>
      ) : null}
      {board.hasAnswers ? (
        <Section id="files" title="Files" text="For the raters and captions selected above.">
          <ResultFiles
            file={file}
            isOneOfSeveral={head.criteria.length > 1}
            hasCorrelations={board.scoreCorrelations !== null}
          />
        </Section>
      ) : null}
    </>
  );
}

function NotComputed({ refusal, mayChange }: Refusal) {
  return (
    <>
      <LiveRefresh active={mayChange} everyMs={5000} />
      <Notice kind="warning" title={refusal.message}>
        {mayChange ? "This page tries again every few seconds." : refusal.remedy}
      </Notice>
    </>
  );
}

function differencesText({ comparisonCount, differences }: Standings): string {
  const pairs = plural(comparisonCount, "comparison", "comparisons");
  const primary = differences.some(({ isPrimary }) => isPrimary)
    ? " The primary pair is the one the study was designed for. It is judged like the others."
    : "";
  return `How far the first arm is ahead of the second, with the 95% interval of this pair alone. ${pairs}; p values are adjusted by Holm’s method, so that equal arms are declared different in at most 5% of studies. Ranks follow from these decisions.${primary}`;
}

function sensitivityText({ pair, isPrimary, rows, comparisons }: Sensitivity): string {
  const which = isPrimary ? "the primary comparison" : "the leading arm and the next one";
  const changes = rows.filter((row) => row.changes).length;
  const verdict =
    changes === 0
      ? "None of the choices below changes the decision."
      : `${changes} of ${rows.length} choices below ${changes === 1 ? "changes" : "change"} the decision.`;
  const adjusted = comparisons > 1 ? ` Decisions are adjusted for ${comparisons} comparisons.` : "";
  return `${pair[0]} minus ${pair[1]}, ${which}, under alternative choices. ${verdict}${adjusted}`;
}
