/** What people and metrics say about the arms of a study. */
import { Download } from "lucide-react";
import type { Metadata } from "next";
import { ButtonAnchor } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { AutomaticScoresTable } from "@/components/leaderboard/automatic-scores-table";
import { IntervalPlot } from "@/components/leaderboard/interval-plot";
import { LeaderboardTable, leaderboardSortKeys } from "@/components/leaderboard/leaderboard-table";
import { VoteQuality } from "@/components/leaderboard/vote-quality";
import { WinMatrixTable } from "@/components/leaderboard/win-matrix-table";
import { address, parameter, readListQuery, type SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { PageHeader, Section } from "@/components/page-header";
import { TabLinks } from "@/components/tab-links";
import { requireRole } from "@/lib/accounts/require-role";
import { staff } from "@/lib/accounts/roles";
import { getLeaderboard } from "@/lib/studies/get-leaderboard";
import { orNotFound } from "../../../or-not-found";

export const metadata: Metadata = { title: "Leaderboard" };

export default async function LeaderboardPage({
  params,
  searchParams,
}: {
  params: Promise<{ studyId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  await requireRole(...staff);
  const { studyId } = await params;
  const asked = await searchParams;
  const board = await getLeaderboard(studyId, parameter(asked, "criterion")).catch(orNotFound);
  const sort = readListQuery(asked, leaderboardSortKeys, { sort: "rating", order: "desc" });
  const path = `/admin/studies/${studyId}/leaderboard`;
  const { leaderboard, criterion } = board;
  const rated = leaderboard.rows.filter((row) => row.rating !== null);
  const file = (name: string) => address(`/api/studies/${studyId}/${name}`, { criterion: criterion.key });
  return (
    <>
      <LiveRefresh everyMs={10_000} />
      <PageHeader
        back={{ href: `/admin/studies/${studyId}`, label: board.studyName }}
        title="Leaderboard"
        text={criterion.question}
        actions={
          <>
            <ButtonAnchor
              href={file("votes.csv")}
              download
              icon={<Download className="size-4" aria-hidden="true" />}
            >
              Votes
            </ButtonAnchor>
            <ButtonAnchor
              variant="primary"
              href={file("leaderboard.csv")}
              download
              icon={<Download className="size-4" aria-hidden="true" />}
            >
              Leaderboard as CSV
            </ButtonAnchor>
          </>
        }
      />
      {board.criteria.length > 1 ? (
        <TabLinks
          label="Criterion"
          current={criterion.key}
          tabs={board.criteria.map(({ key }) => ({
            key,
            label: key.replaceAll("-", " "),
            href: address(path, { criterion: key }),
          }))}
        />
      ) : null}
      {leaderboard.voteCount === 0 ? (
        <EmptyState
          title="No answers yet"
          text="Send the study's link to people, or open it yourself. The leaderboard fills while they answer."
        />
      ) : (
        <>
          {rated.length > 0 ? (
            <Section title="Ratings">
              <IntervalPlot
                label="Rating on the Elo scale, mean 1000; bars are 95% intervals over captions and raters"
                intervals={rated.map((row) => ({
                  name: row.arm,
                  value: row.rating!,
                  low: row.rating_q025!,
                  high: row.rating_q975!,
                }))}
                format={(value) => String(Math.round(value))}
              />
            </Section>
          ) : null}
          <div className="mt-4">
            <LeaderboardTable
              rows={leaderboard.rows}
              sort={{ key: sort.sort, order: sort.order }}
              path={path}
              query={{ criterion: criterion.key }}
            />
          </div>
          {leaderboard.warnings.length > 0 ? (
            <div className="mt-4 grid gap-3">
              {leaderboard.warnings.map((warning) => (
                <Notice key={warning} kind="warning" title={warning} />
              ))}
            </div>
          ) : null}
          <Section
            title="Head to head"
            text="How often the arm in the row was preferred; a tie is half a win, “neither” is left out. Small print: 95% interval and number of votes."
          >
            <WinMatrixTable arms={leaderboard.arms} matrix={leaderboard.winMatrix} />
          </Section>
          <Section title="Can these votes be trusted?">
            <VoteQuality leaderboard={leaderboard} />
          </Section>
        </>
      )}
      {board.automatic.some(({ scores }) => scores.length > 0) ? (
        <Section title="Automatic metrics" text="Each arm's pictures against the photographs of its dataset.">
          <AutomaticScoresTable arms={board.automatic} />
        </Section>
      ) : null}
    </>
  );
}
