/** One study: its design, the link for raters, how far it has come. */
import { BarChart3 } from "lucide-react";
import type { Metadata } from "next";
import { headers } from "next/headers";
import Link from "next/link";
import { StateBadge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { CommandLine } from "@/components/command-line";
import { DescriptionList } from "@/components/description-list";
import { Notice } from "@/components/notice";
import { PageHeader, Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { Time } from "@/components/time";
import { requireRole } from "@/lib/accounts/require-role";
import { staff } from "@/lib/accounts/roles";
import { getStudy } from "@/lib/studies/get-study";
import { orNotFound } from "../../or-not-found";
import { StudyActions } from "./study-actions";

export const metadata: Metadata = { title: "Study" };

export default async function StudyPage({ params }: { params: Promise<{ studyId: string }> }) {
  await requireRole(...staff);
  const { studyId } = await params;
  const study = await getStudy(studyId).catch(orNotFound);
  const { given, needed } = study.ratings;
  return (
    <>
      <PageHeader
        back={{ href: "/admin/studies", label: "Studies" }}
        title={study.name}
        badge={<StateBadge state={study.state} />}
        actions={
          <>
            {study.state === "DRAFT" ? null : (
              <ButtonLink
                href={`/admin/studies/${study.id}/leaderboard`}
                icon={<BarChart3 className="size-4" aria-hidden="true" />}
              >
                Leaderboard
              </ButtonLink>
            )}
            <StudyActions studyId={study.id} state={study.state} />
          </>
        }
      />
      {study.state === "DRAFT" ? (
        <Notice title="This study is a draft and takes no votes.">
          When it opens, its plan is fixed and hashed, the blind pictures are made, and the link for raters
          works.
        </Notice>
      ) : (
        <Section title="Progress">
          <Panel>
            <ProgressBar
              value={needed === 0 ? null : given / needed}
              label="Answers given"
              text={`${given} of ${needed} answers by ${study._count.raters} ${study._count.raters === 1 ? "rater" : "raters"}`}
            />
          </Panel>
        </Section>
      )}
      {study.state === "OPEN" ? (
        <Section
          title="Link for raters"
          text="Whoever opens it takes part, without an account, on a phone or a computer."
        >
          <CommandLine command={`${await ownAddress()}/join/${study.inviteToken}`} />
        </Section>
      ) : null}
      <Section title="Design">
        <Panel>
          <DescriptionList
            items={[
              {
                name: "Arms",
                value: (
                  <ul className="grid gap-1">
                    {study.arms.map((arm) => (
                      <li key={arm.id}>
                        <span className="font-medium">{arm.name}</span>:{" "}
                        {arm.dataset ? (
                          <Link className="prose-link" href={`/admin/datasets/${arm.dataset.id}`}>
                            photographs of {arm.dataset.name}
                          </Link>
                        ) : arm.sampleSet ? (
                          <Link className="prose-link" href={`/admin/samples/${arm.sampleSet.id}`}>
                            {arm.sampleSet.name}
                          </Link>
                        ) : null}
                      </li>
                    ))}
                  </ul>
                ),
              },
              {
                name: "Questions",
                value: (
                  <ul className="grid gap-1">
                    {study.criteria.map((criterion) => (
                      <li key={criterion.id}>{criterion.question}</li>
                    ))}
                  </ul>
                ),
              },
              {
                name: "Pairs",
                value: study.state === "DRAFT" ? "made when the study opens" : study._count.items,
              },
              { name: "Raters per pair", value: study.ratersPerItem },
              { name: "Pairs per rater", value: `at most ${study.itemsPerRater}` },
              {
                name: "Lease",
                value: `${study.leaseSeconds} s until an unanswered pair goes to somebody else`,
              },
              {
                name: "Pictures",
                value: `${study.pictureSizePx} × ${study.pictureSizePx} px, the same for all arms`,
              },
              {
                name: "Plan hash",
                value: <code className="text-xs">{study.planHash ?? "fixed when the study opens"}</code>,
              },
              { name: "Created", value: <Time at={study.createdAt.toISOString()} /> },
              ...(study.openedAt
                ? [{ name: "Opened", value: <Time at={study.openedAt.toISOString()} /> }]
                : []),
              ...(study.closedAt
                ? [{ name: "Closed", value: <Time at={study.closedAt.toISOString()} /> }]
                : []),
            ]}
          />
        </Panel>
      </Section>
    </>
  );
}

/** The address that this page was asked for under, so that the link works wherever the researcher's own page does. */
async function ownAddress(): Promise<string> {
  const sent = await headers();
  const host = sent.get("x-forwarded-host") ?? sent.get("host") ?? "localhost";
  return `${sent.get("x-forwarded-proto") ?? "http"}://${host}`;
}
