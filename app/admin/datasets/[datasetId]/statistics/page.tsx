/** Sizes, lengths and words of a dataset, and its change sets. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { ActionButton } from "@/components/action-button";
import { DataTable } from "@/components/data-table";
import { DescriptionList } from "@/components/description-list";
import { address } from "@/components/list-query";
import { formatCount, formatPercent } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Panel } from "@/components/panel";
import { Skeleton } from "@/components/skeleton";
import { Time } from "@/components/time";
import { compute } from "@/lib/computations/compute";
import { getDataset } from "@/lib/datasets/get-dataset";
import { listRevisions } from "@/lib/datasets/revisions/list-revisions";
import { type DatasetStatistics, findStatistics } from "@/lib/datasets/statistics/dataset-statistics";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { orNotFound } from "../../../or-not-found";
import { restoreRevision } from "../../actions";

export const metadata: Metadata = { title: "Statistics of a dataset" };

export default async function DatasetStatisticsPage({ params }: { params: Promise<{ datasetId: string }> }) {
  const member = await requireRole(...staff);
  const { datasetId } = await params;
  const dataset = await getDataset(datasetId).catch(orNotFound);
  return (
    <>
      <PageHeader
        back={{ href: `/admin/datasets/${datasetId}`, label: dataset.name }}
        title="Statistics"
        text={`Of revision ${dataset.revision}; excluded images do not count.`}
      />
      <Suspense fallback={<Skeleton>Counting</Skeleton>}>
        <Statistics datasetId={datasetId} owner={member.id} />
      </Suspense>
      <Revisions datasetId={datasetId} />
    </>
  );
}

async function Statistics({ datasetId, owner }: { datasetId: string; owner: string }) {
  const statistics =
    (await findStatistics(datasetId)) ?? (await compute("dataset-statistics", datasetId, { owner }));
  const { training, heldOut, excluded, captions, withoutCaption, long, sizes, lengths, words } = statistics;
  return (
    <>
      <Section title="Counts">
        <Panel className="max-w-2xl py-2 sm:py-2">
          <DescriptionList
            items={[
              { name: "For training", value: formatCount(training) },
              { name: "Held out", value: formatCount(heldOut) },
              { name: "Excluded", value: formatCount(excluded) },
              { name: "Captions", value: formatCount(captions) },
              { name: "Without a caption", value: formatCount(withoutCaption) },
              { name: "Captions over 128 tokens", value: formatCount(long) },
            ]}
          />
        </Panel>
      </Section>
      <div className="mt-10 grid gap-10 lg:grid-cols-2">
        {sizes.length > 0 ? <Histogram title="Shorter side of the images" unit="px" bins={sizes} /> : null}
        {lengths.length > 0 ? (
          <Histogram title="Length of the captions" unit="tokens" bins={lengths} />
        ) : null}
      </div>
      {words.length > 0 ? (
        <Section title="Most frequent words" text="With the number of captions that contain them.">
          <ul className="flex flex-wrap gap-x-4 gap-y-1.5 text-sm">
            {words.map(({ word, captions: count }) => (
              <li key={word}>
                <Link
                  href={address(`/admin/datasets/${datasetId}`, { text: word })}
                  className="rounded-sm underline"
                >
                  {word}
                </Link>{" "}
                <span className="numeric text-muted">{formatCount(count)}</span>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </>
  );
}

function Histogram({ title, unit, bins }: { title: string; unit: string; bins: DatasetStatistics["sizes"] }) {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(...bins.map(({ count }) => count));
  return (
    <section className="min-w-0">
      <h2 className="mb-3.5 font-serif text-[1.35rem] leading-tight">{title}</h2>
      <dl className="grid gap-2 text-sm">
        {bins.map(({ from, to, count }) => (
          <div key={from} className="grid grid-cols-[8.5rem_1fr] items-center gap-3">
            <dt className="numeric text-muted">
              {to === null
                ? `from ${formatCount(from)}`
                : from === 0
                  ? `up to ${formatCount(to)}`
                  : `${formatCount(from)}–${formatCount(to)}`}{" "}
              {unit}
            </dt>
            <dd className="flex items-center gap-2">
              <span
                aria-hidden="true"
                className="h-3 rounded-xs bg-accent"
                style={{ width: `${(60 * count) / most}%` }}
              />
              <span className="numeric">
                {formatCount(count)} <span className="text-muted">({formatPercent(count / total)})</span>
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

async function Revisions({ datasetId }: { datasetId: string }) {
  const revisions = await listRevisions(datasetId);
  if (revisions.length === 0) return null;
  return (
    <Section title="Revisions" text="What was changed, by whom and why; the newest first.">
      <DataTable
        caption="Revisions of the dataset"
        rows={revisions}
        rowKey={({ number }) => String(number)}
        columns={[
          { key: "number", header: "Revision", numeric: true, cell: ({ number }) => number },
          {
            key: "changes",
            header: "Changes",
            cell: ({ changes, reason }) => (
              <>
                {changes}
                {reason === "" ? null : <span className="block text-xs text-muted">{reason}</span>}
              </>
            ),
          },
          { key: "actor", header: "By", cell: ({ actor }) => actor, from: "sm" },
          { key: "at", header: "When", cell: ({ at }) => <Time at={at.toISOString()} />, from: "sm" },
          {
            key: "restore",
            header: "Actions",
            cell: ({ number }) =>
              number === revisions[0]!.number ? null : (
                <ActionButton
                  label="Restore"
                  size="sm"
                  act={restoreRevision.bind(null, { datasetId, revision: number })}
                  done={`The dataset is as in revision ${number}`}
                  confirm={{
                    title: `Restore revision ${number}?`,
                    text: "Captions, split and excluded images become what they were then. This is a new revision, so you can come back to the present one.",
                  }}
                />
              ),
          },
        ]}
      />
    </Section>
  );
}
