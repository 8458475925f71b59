/** The audit of a dataset: what its captions name, what is missing, and which images look unlike their captions. */
import { Download } from "lucide-react";
import type { Metadata } from "next";
import { ButtonAnchor, ButtonLink } from "@/components/button";
import { readPage, type SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { formatPercent, plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { ScrollRegion } from "@/components/scroll-region";
import { Time } from "@/components/time";
import { auditNetworkNames } from "@/lib/datasets/audit/contradictions";
import { getWordLists, listWordListVersions } from "@/lib/datasets/audit/dataset-word-lists";
import { type DatasetAudits, type FinishedAudit, getAudits } from "@/lib/datasets/audit/get-audit";
import type { SplitComparison } from "@/lib/datasets/audit/judge-counts";
import { writeWordLists } from "@/lib/datasets/audit/word-lists";
import { duplicatesToText, summarizeDuplicates } from "@/lib/datasets/duplicates/list-near-duplicates";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { CancelButton } from "../../../entities/entity-buttons";
import { orNotFound } from "../../../or-not-found";
import { AttributeCounts } from "./attribute-counts";
import { AuditForm } from "./audit-form";
import { CombinationList, CombinationTable, choosePair } from "./combination-table";
import { Contradictions } from "./contradictions";
import { listNetworkChoices } from "./network-choices";
import { ShownTable } from "./shown-table";
import { WordListsForm } from "./word-lists-form";

export const metadata: Metadata = { title: "Audit" };

export default async function DatasetAuditPage({
  params,
  searchParams,
}: {
  params: Promise<{ datasetId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  await requireRole(...staff);
  const { datasetId } = await params;
  const { dataset, pending, finished } = await getAudits(datasetId).catch(orNotFound);
  const query = await searchParams;
  const isMoving = pending !== null && (pending.state === "QUEUED" || pending.state === "RUNNING");
  return (
    <>
      <LiveRefresh active={isMoving} everyMs={1500} />
      <PageHeader
        back={{ href: `/admin/datasets/${datasetId}`, label: dataset.name }}
        title="Audit"
        text={
          finished ? (
            <p>
              {plural(finished.counts.images, "image", "images")} of revision {finished.revision},{" "}
              <Time at={finished.finishedAt.toISOString()} />
            </p>
          ) : (
            <p>
              Counts what the captions name, finds combinations that are missing or rare, and images that look
              unlike their captions.
            </p>
          )
        }
        others={
          finished
            ? (["md", "json"] as const).map((ending) => (
                <ButtonAnchor
                  key={ending}
                  href={`/api/datasets/${datasetId}/audit.${ending}`}
                  icon={<Download className="size-4" aria-hidden="true" />}
                  download
                >
                  Report ({ending === "md" ? "Markdown" : "JSON"})
                </ButtonAnchor>
              ))
            : null
        }
      />
      {isMoving ? <Progress pending={pending} /> : null}
      {pending?.error ? (
        <div className="mb-8">
          <Notice kind="error" title={pending.error}>
            Start the audit again below.
          </Notice>
        </div>
      ) : null}
      {finished && finished.revision < dataset.revision ? (
        <div className="mb-8">
          <Notice title={`The dataset has changed since: it is at revision ${dataset.revision}.`}>
            Audit it again to see the changes. Images and captions that were changed since are not listed
            below.
          </Notice>
        </div>
      ) : null}
      {finished ? <Results dataset={dataset} audit={finished} query={query} /> : null}
      {finished ? <NearDuplicates datasetId={datasetId} /> : null}
      {dataset.isReady && !isMoving ? (
        <Section title={finished ? "Audit again" : "Start an audit"}>
          <StartForm datasetId={datasetId} finished={finished} />
        </Section>
      ) : null}
      <Section
        title="Word lists"
        text="The words by which attributes are found in captions. An audit uses the newest version; earlier ones are kept."
      >
        <WordLists datasetId={datasetId} />
      </Section>
    </>
  );
}

function Progress({ pending }: { pending: NonNullable<DatasetAudits["pending"]> }) {
  return (
    <Panel className="mb-8">
      <ProgressBar
        value={pending.state === "QUEUED" ? null : pending.progress}
        label="Audit"
        text={pending.state === "QUEUED" ? "Waiting for a worker" : pending.note || "Reading the captions"}
      />
      <div className="mt-4">
        <CancelButton of={{ kind: "dataset", id: pending.id }} size="sm" done="Audit cancelled" />
      </div>
    </Panel>
  );
}

function Results({
  dataset,
  audit,
  query,
}: {
  dataset: DatasetAudits["dataset"];
  audit: FinishedAudit;
  query: SearchParams;
}) {
  const { counts, compared, findings } = audit;
  const pair = choosePair(counts, query.rows, query.columns);
  return (
    <>
      <Section title="Findings">
        {findings.length === 0 ? (
          <p className="text-sm text-muted">Nothing stands out.</p>
        ) : (
          <ul className="grid list-disc gap-1.5 ps-5">
            {findings.map(({ text }) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        )}
      </Section>
      <Section
        title="Attributes"
        text={`An image counts once, whatever the number of its captions. ${plural(counts.withoutAny, "image has", "images have")} captions that name no attribute.`}
      >
        <AttributeCounts attributes={counts.attributes} />
      </Section>
      {pair ? (
        <Section title="Combinations" id="combinations">
          <CombinationTable counts={counts} pair={pair} />
          <h3 className="mt-6 mb-2 font-semibold">Missing, rare and frequent in all tables</h3>
          <CombinationList combinations={counts.combinations} />
        </Section>
      ) : null}
      {counts.splitComparison ? <Splits comparison={counts.splitComparison} /> : null}
      {compared ? (
        <Section
          title="Images unlike their captions"
          text={`By ${compared.network}. It errs, and more often with values that it has seldom seen; look at the images before changing anything.`}
          id="contradictions"
        >
          {compared.unreadable > 0 ? (
            <p className="mb-4 text-sm text-muted">
              {plural(compared.unreadable, "image", "images")} could not be read.
            </p>
          ) : null}
          {compared.attributes.map((attribute) => (
            <ShownTable key={attribute.name} {...attribute} />
          ))}
          <Contradictions dataset={dataset} auditId={audit.id} page={readPage(query)} />
        </Section>
      ) : null}
    </>
  );
}

function Splits({ comparison }: { comparison: SplitComparison }) {
  const { splits, images, skewed, compared } = comparison;
  return (
    <Section
      title="Splits"
      text={`${plural(images[0], `${splits[0]} image`, `${splits[0]} images`)} and ${plural(images[1], `${splits[1]} one`, `${splits[1]} ones`)}. The intervals hold for ${compared === 1 ? "the value" : `all ${compared} values together`}.`}
    >
      {skewed.length === 0 ? (
        <p className="text-sm text-muted">No value differs between the splits beyond chance.</p>
      ) : (
        <ScrollRegion label="Values that differ between the splits">
          <table className="w-full border-collapse text-sm">
            <caption className="sr-only">Values that differ between the splits</caption>
            <thead>
              <tr className="border-b text-[0.8125rem] text-muted">
                {["Value", splits[0], splits[1], "Difference in points (95% interval)"].map(
                  (header, index) => (
                    <th
                      scope="col"
                      key={header}
                      className={`px-4 py-2 font-medium ${index === 0 ? "text-start" : "text-end"}`}
                    >
                      {header}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {skewed.map(({ attribute, value, shares, difference, low, high }) => (
                <tr key={`${attribute}/${value}`} className="border-b last:border-b-0">
                  <th scope="row" className="px-4 py-2 text-start font-medium">
                    {value} <span className="font-normal text-muted">({attribute})</span>
                  </th>
                  <td className="numeric px-4 py-2 text-end">{formatPercent(shares[0])}</td>
                  <td className="numeric px-4 py-2 text-end">{formatPercent(shares[1])}</td>
                  <td className="numeric px-4 py-2 text-end whitespace-nowrap">
                    {toPoints(difference)} ({toPoints(low)} to {toPoints(high)})
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Section>
  );
}

async function NearDuplicates({ datasetId }: { datasetId: string }) {
  const summary = await summarizeDuplicates(datasetId);
  return (
    <Section title="Near duplicates">
      <div className="flex max-w-3xl flex-wrap items-center gap-3 text-sm">
        <p>{summary === null ? "The images have not been compared yet." : duplicatesToText(summary)}</p>
        <ButtonLink size="sm" href={`/admin/datasets/${datasetId}?trait=duplicate`}>
          {summary === null ? "Compare the images" : "Show them"}
        </ButtonLink>
      </div>
    </Section>
  );
}

async function StartForm({ datasetId, finished }: { datasetId: string; finished: FinishedAudit | null }) {
  const [{ lists }, networks] = await Promise.all([getWordLists(datasetId), listNetworkChoices()]);
  const attributes = lists.attributes.map(({ name }) => name);
  const installed = networks.filter(({ isInstalled }) => isInstalled).map(({ name }) => name);
  const before = finished?.compared?.attributes.map(({ name }) => name) ?? [];
  const kept = before.filter((name) => attributes.includes(name));
  return (
    <AuditForm
      key={attributes.join("/")}
      datasetId={datasetId}
      networks={networks}
      attributes={attributes}
      initial={{
        network: auditNetworkNames.find((name) => installed.includes(name)) ?? null,
        attributes: kept.length > 0 ? kept : attributes.slice(0, 1),
      }}
    />
  );
}

async function WordLists({ datasetId }: { datasetId: string }) {
  const [{ version, lists }, versions] = await Promise.all([
    getWordLists(datasetId),
    listWordListVersions(datasetId),
  ]);
  return (
    <div className="grid gap-4">
      <details className="rounded-lg border bg-surface">
        <summary className="px-5 py-3 text-sm font-semibold">
          {version === 0 ? "The usual words" : `Version ${version}`}:{" "}
          {lists.attributes.map(({ name }) => name).join(", ")}
        </summary>
        <div className="border-t p-5">
          <WordListsForm key={version} datasetId={datasetId} text={writeWordLists(lists)} />
        </div>
      </details>
      {versions.length > 1 ? (
        <details className="rounded-lg border bg-surface">
          <summary className="px-5 py-3 text-sm font-semibold">Earlier versions</summary>
          <ul className="border-t">
            {versions.slice(1).map(({ number, actor, createdAt, text }) => (
              <li key={number} className="border-t px-5 py-3 text-sm first:border-t-0">
                <p className="text-muted">
                  Version {number}, <Time at={createdAt.toISOString()} />
                  {actor ? `, ${actor}` : ""}
                </p>
                <pre className="mt-1 max-h-60 overflow-auto text-xs whitespace-pre-wrap">{text}</pre>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

/** Of a difference of shares: percentage points, with a true minus. */
function toPoints(difference: number): string {
  return `${Math.round(100 * difference)}`.replace("-", "−");
}
