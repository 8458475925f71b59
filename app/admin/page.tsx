/** Where work begins: what to do next, what is going on, who computes. */
import { ArrowRight, Check } from "lucide-react";
import type { Metadata } from "next";
import { cookies } from "next/headers";
import { Suspense } from "react";
import { StateBadge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { classNames } from "@/components/class-names";
import { JobSubject, JobTitle } from "@/components/job-text";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { Skeleton, TableSkeleton } from "@/components/skeleton";
import { WorkerList } from "@/components/worker-list";
import { listJobs } from "@/jobs/list-jobs";
import { getOverview, type Overview } from "@/lib/dashboard/get-overview";
import type { Member } from "@/lib/platform/accounts/member";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { DismissFailures } from "./dismiss-failures";

export const metadata: Metadata = { title: "Overview" };

/** Cookie: until when this browser has seen failures. */
const failuresSeen = "failures-seen";

type Step = { title: string; text: string; done: boolean; count: string; href: string; action: string };

function toSteps(overview: Overview): Step[] {
  // Who compares images that were made elsewhere needs no model.
  const isImporting = overview.checkpoints === 0 && overview.sampleSets > 0;
  return [
    {
      title: "Captions",
      text: "A dataset: photographs with captions, to fine-tune models and to compare their samples with, or a list of captions alone.",
      done: overview.datasets > 0,
      count:
        overview.images > 0
          ? plural(overview.images, "image", "images")
          : plural(overview.datasets, "dataset", "datasets"),
      href: overview.datasets > 0 ? "/admin/datasets" : "/admin/datasets/new",
      action: "Import a dataset",
    },
    ...(isImporting ? [] : modelSteps(overview)),
    {
      title: "Samples of each model",
      text: isImporting
        ? "Import the images that each model made for the captions."
        : "Draw samples for the same captions and seeds with the original and the fine-tuned model, or import the images of any generator.",
      done: overview.sampleSets > 1,
      count: plural(overview.samples, "sample", "samples"),
      href:
        overview.sampleSets > 1
          ? "/admin/samples"
          : isImporting
            ? "/admin/samples/import"
            : "/admin/samples/new",
      action: isImporting ? "Import samples" : "Draw samples",
    },
    {
      title: "A blind study",
      text: "Raters choose the image that matches the caption better. The leaderboard shows the result with intervals.",
      done: overview.studies > 0,
      count: plural(overview.ratings, "answer", "answers"),
      href: overview.studies > 0 ? "/admin/studies" : "/admin/studies/new",
      action: "Set up a study",
    },
  ];
}

function modelSteps(overview: Overview): Step[] {
  return [
    {
      title: "A model",
      text: "Register OpenAI’s GLIDE weights or your own, or train a small model from scratch. Images of other generators need none: import them as samples.",
      done: overview.checkpoints > 0,
      count: plural(overview.checkpoints, "model", "models"),
      href: overview.checkpoints > 0 ? "/admin/models" : "/admin/models/new",
      action: "Register a model",
    },
    {
      title: "A fine-tune",
      text: "Train the model on your photographs, with live loss and previews.",
      done: overview.fineTunes > 0,
      count: plural(overview.fineTunes, "run", "runs"),
      href: overview.fineTunes > 0 ? "/admin/fine-tunes" : "/admin/fine-tunes/new",
      action: "Start a fine-tune",
    },
  ];
}

export default async function OverviewPage() {
  const member = await requireRole(...staff);
  return (
    <>
      <PageHeader title="Overview" text="From captions to results, step by step." />
      <Suspense
        fallback={
          <Skeleton>
            <TableSkeleton rows={8} />
          </Skeleton>
        }
      >
        <WhatGoesOn member={member} />
      </Suspense>
    </>
  );
}

async function WhatGoesOn({ member }: { member: Member }) {
  const seenAt = new Date((await cookies()).get(failuresSeen)?.value ?? "");
  const [overview, running, workers] = await Promise.all([
    getOverview(Number.isNaN(seenAt.getTime()) ? null : seenAt),
    listJobs({ states: ["RUNNING", "QUEUED"], pageSize: 5 }),
    listWorkers(),
  ]);
  const steps = toSteps(overview);
  const next = steps.findIndex((step) => !step.done);
  return (
    <>
      <LiveRefresh everyMs={running.total > 0 ? 2000 : 10_000} />
      <div className="grid gap-4 *:last:mb-5">
        {member.hasPassword ? null : (
          <Notice
            kind="warning"
            title={
              <>
                You have no password yet.{" "}
                <span className="font-normal text-muted">
                  <span className="max-sm:hidden">
                    Without one, you cannot sign in again when this session ends.{" "}
                  </span>
                  <Link href="/account?welcome=1" className="prose-link">
                    Set a password
                  </Link>
                </span>
              </>
            }
          />
        )}
        {overview.failedJobs > 0 ? (
          <Notice
            kind="error"
            title={
              <div className="flex items-start gap-x-3">
                <p>
                  {plural(overview.failedJobs, "job has", "jobs have")} failed.{" "}
                  <Link href="/admin/jobs?state=failed" className="prose-link font-normal">
                    See why
                  </Link>
                </p>
                <DismissFailures cookie={failuresSeen} />
              </div>
            }
          />
        ) : null}
      </div>
      <ol className="grid overflow-hidden rounded-lg border bg-surface">
        {steps.map((step, index) => (
          <StepRow key={step.title} step={step} number={index + 1} next={index === next} />
        ))}
      </ol>
      <div className="mt-12 grid gap-x-10 gap-y-10 xl:grid-cols-2">
        <div>
          <Section
            title="In progress"
            actions={
              <ButtonLink href="/admin/jobs" size="sm">
                All jobs
              </ButtonLink>
            }
          >
            <Panel className="py-1 sm:py-1">
              {running.jobs.length === 0 ? (
                <p className="py-4 text-sm text-muted">Nothing is running or waiting.</p>
              ) : (
                <ul>
                  {running.jobs.map((job) => (
                    <li key={job.id} className="grid gap-2 border-t py-4 text-sm first:border-t-0">
                      <div className="flex flex-wrap items-center justify-between gap-2">
                        <span>
                          <span className="text-muted">
                            <JobTitle kind={job.kind} />
                          </span>{" "}
                          <JobSubject {...job} />
                        </span>
                        <StateBadge state={job.state} missing={job.missing} />
                      </div>
                      {job.state === "RUNNING" ? (
                        <ProgressBar
                          value={job.progress}
                          label={`Progress of ${job.subjectName}`}
                          text={job.note}
                        />
                      ) : null}
                    </li>
                  ))}
                </ul>
              )}
            </Panel>
          </Section>
        </div>
        <div>
          <Section title="Workers" text="Workers train and sample on the fastest device that works.">
            <WorkerList workers={workers} />
          </Section>
        </div>
      </div>
    </>
  );
}

function StepRow({ step, number, next }: { step: Step; number: number; next: boolean }) {
  return (
    <li
      className={classNames(
        "grid grid-cols-[2.25rem_minmax(0,1fr)] items-center gap-x-3 gap-y-3 border-t px-5 py-4 first:border-t-0",
        "sm:grid-cols-[2.25rem_minmax(0,1fr)_auto]",
        next && "bg-accent-soft",
      )}
    >
      <span
        className={classNames(
          "numeric grid size-8 place-items-center rounded-full border font-serif",
          step.done
            ? "border-accent bg-accent text-on-accent"
            : next
              ? "border-accent text-accent"
              : "text-faint",
        )}
      >
        {step.done ? <Check className="size-4" aria-label="Done" /> : number}
      </span>
      <div>
        <h2 className="font-semibold">{step.title}</h2>
        <p className="text-sm text-muted">{step.text}</p>
      </div>
      <div className="max-sm:col-start-2">
        {step.done ? (
          <Link
            href={step.href}
            className="numeric inline-flex items-center gap-1.5 rounded-sm text-sm text-muted hover:text-ink"
          >
            {step.count}
            <ArrowRight className="size-4" aria-hidden="true" />
            <span className="sr-only">: {step.title}</span>
          </Link>
        ) : (
          <ButtonLink href={step.href} size="sm" variant={next ? "primary" : "secondary"}>
            {step.action}
          </ButtonLink>
        )}
      </div>
    </li>
  );
}
