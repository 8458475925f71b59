/** One dataset: how its import went, and its images with their captions. */
import { ClipboardCheck, FlaskConical } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { ActionButton } from "@/components/action-button";
import { StateBadge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { DemoNote } from "@/components/demo-label";
import { EmptyState } from "@/components/empty-state";
import { ImageExport } from "@/components/image-export";
import { address, parameter, type SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { formatCount, plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { ImageGridSkeleton, Skeleton } from "@/components/skeleton";
import { Time } from "@/components/time";
import { browseImages, type ImageFilter, mostCounted } from "@/lib/datasets/browse-images";
import { type DatasetDetail, getDataset } from "@/lib/datasets/get-dataset";
import { languageToText } from "@/lib/datasets/language-tag";
import { listCategories } from "@/lib/datasets/list-categories";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { semblanceCommand, toShellWord } from "@/lib/platform/server/semblance-command";
import { CancelButton, DeleteButton, RetryButton } from "../../entities/entity-buttons";
import { orNotFound } from "../../or-not-found";
import { findDuplicates } from "../actions";
import { CaptionLanguageDialog } from "./caption-language-dialog";
import { Categories } from "./categories";
import { ImageBrowser } from "./image-browser";
import { ImageFilters, readFilter, toQuery } from "./image-filters";
import { ImportReport } from "./import-report";
import { SplitDialog } from "./split-dialog";

export const metadata: Metadata = { title: "Dataset" };

const pageSize = 24;

export default async function DatasetPage({
  params,
  searchParams,
}: {
  params: Promise<{ datasetId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  await requireRole(...staff);
  const { datasetId } = await params;
  const dataset = await getDataset(datasetId).catch(orNotFound);
  const query = await searchParams;
  const filter = readFilter(query);
  const { job, usedBy } = dataset;
  const importing = dataset.state === "IMPORTING";
  const isCaptionsAlone = dataset.imageCount === 0 && dataset.captionCount > 0;
  const unused = usedBy.fineTunes + usedBy.sampleSets + usedBy.studies + usedBy.desks === 0;
  const language = <CaptionLanguageDialog datasetId={dataset.id} language={dataset.captionLanguage} />;
  return (
    <>
      <LiveRefresh active={importing} everyMs={1500} />
      <PageHeader
        back={{ href: "/admin/datasets", label: "Datasets" }}
        title={dataset.name}
        badge={
          <>
            <StateBadge state={dataset.state} />
            {dataset.isDemo ? <DemoNote /> : null}
          </>
        }
        text={
          <>
            {dataset.description ? <p>{dataset.description}</p> : null}
            {dataset.state === "READY" ? (
              <p className="numeric">
                {isCaptionsAlone ? null : `${imagesToText(dataset)}, `}
                {formatCount(dataset.captionCount)} {dataset.captionCount === 1 ? "caption" : "captions"}
                {isCaptionsAlone ? " without images" : null}, {languageToText(dataset.captionLanguage)}
              </p>
            ) : null}
          </>
        }
        action={
          dataset.state === "READY" && !isCaptionsAlone ? (
            <ButtonLink
              href={`/admin/fine-tunes/new?dataset=${dataset.id}`}
              variant="primary"
              icon={<FlaskConical className="size-4" aria-hidden="true" />}
            >
              Fine-tune on it
            </ButtonLink>
          ) : null
        }
        others={
          <>
            {dataset.state === "READY" ? (
              <>
                <ButtonLink
                  href={`/admin/datasets/${dataset.id}/audit`}
                  icon={<ClipboardCheck className="size-4" aria-hidden="true" />}
                >
                  Audit
                </ButtonLink>
                <SplitDialog datasetId={dataset.id} />
              </>
            ) : null}
            {dataset.state === "READY" && !isCaptionsAlone ? (
              <ButtonLink href={`/admin/datasets/desks/new?dataset=${dataset.id}`}>
                Captioning desk
              </ButtonLink>
            ) : null}
            {dataset.state === "READY" ? null : language}
            {importing || !unused ? null : (
              <DeleteButton
                of={{ kind: "dataset", id: datasetId }}
                name={dataset.name}
                text="Its images and captions are removed from Semblance. The original files are not touched."
              />
            )}
          </>
        }
      />
      {importing && job ? (
        <Panel className="mb-8">
          <ProgressBar
            value={job.state === "QUEUED" ? null : job.progress}
            label="Import"
            text={job.state === "QUEUED" ? "Waiting for a worker" : job.note || "Reading the files"}
          />
          <div className="mt-4">
            <CancelButton of={{ kind: "dataset", id: datasetId }} size="sm" done="Import cancelled" />
          </div>
        </Panel>
      ) : null}
      {dataset.state === "FAILED" ? (
        <div className="mb-8 grid gap-3">
          <Notice kind="error" title={job?.error ?? "No images were imported."}>
            See the cause below. If you have fixed the source, run this import again; otherwise delete this
            dataset and start a new one.
          </Notice>
          {job ? (
            <div>
              <RetryButton
                of={{ kind: "dataset", id: datasetId }}
                label="Import again"
                done="The import is waiting"
              />
            </div>
          ) : null}
        </div>
      ) : null}
      <ImportReport remarks={dataset.report} />
      {dataset.state === "READY" ? (
        <Section
          title={isCaptionsAlone ? "Captions" : "Images"}
          actions={
            <>
              <ButtonLink href={`/admin/datasets/${dataset.id}/statistics`}>Statistics</ButtonLink>
              {language}
              {isCaptionsAlone ? null : (
                <ImageExport
                  address={`/api/datasets/${dataset.id}/export`}
                  command={semblanceCommand(
                    `npx semblance datasets export ${toShellWord(dataset.name)} --as webdataset --out FOLDER`,
                  )}
                />
              )}
            </>
          }
        >
          <Suspense
            fallback={
              <Skeleton>
                <ImageGridSkeleton count={Math.min(pageSize, dataset.imageCount)} />
              </Skeleton>
            }
          >
            <Images dataset={dataset} filter={filter} from={parameter(query, "from") ?? null} />
          </Suspense>
        </Section>
      ) : null}
    </>
  );
}

/** Such as “120 images (100 for training, 20 held out; 3 excluded)”. */
function imagesToText({ imageCount, trainingCount, excludedCount }: DatasetDetail): string {
  const heldOut =
    trainingCount === imageCount
      ? ""
      : `${formatCount(trainingCount)} for training, ${formatCount(imageCount - trainingCount)} held out`;
  const excluded = excludedCount === 0 ? "" : `${formatCount(excludedCount)} more excluded`;
  const details = [heldOut, excluded].filter((part) => part !== "").join("; ");
  return `${plural(imageCount, "image", "images")}${details === "" ? "" : ` (${details})`}`;
}

async function Images({
  dataset,
  filter,
  from,
}: {
  dataset: DatasetDetail;
  filter: ImageFilter;
  from: string | null;
}) {
  const [{ images, next, previous, total }, categories] = await Promise.all([
    browseImages(dataset.id, filter, { from, pageSize }),
    listCategories(dataset.id),
  ]);
  const path = `/admin/datasets/${dataset.id}`;
  const query = toQuery(filter);
  return (
    <>
      <Categories datasetId={dataset.id} categories={categories} chosen={filter.category ?? undefined} />
      <ImageFilters
        key={JSON.stringify(filter)}
        path={path}
        filter={filter}
        ofCaptions={dataset.imageCount === 0}
      />
      {filter.trait === "duplicate" ? <NearDuplicates dataset={dataset} /> : null}
      {images.length === 0 ? (
        <EmptyState
          title={dataset.imageCount === 0 ? "No entries" : "No images"}
          text={`No ${dataset.imageCount === 0 ? "entry" : "image"} of the dataset matches these filters.`}
        />
      ) : (
        <ImageBrowser
          key={`${JSON.stringify(filter)} ${from}`}
          datasetId={dataset.id}
          language={dataset.captionLanguage}
          images={images}
          showsGroups={filter.trait === "duplicate"}
        />
      )}
      <nav
        aria-label="Pages of images"
        className="mt-6 flex flex-wrap items-center justify-between gap-3 text-[0.8125rem]"
      >
        <p className="numeric text-muted">
          {total === mostCounted ? "At least " : ""}
          {dataset.imageCount === 0 ? plural(total, "entry", "entries") : plural(total, "image", "images")}
        </p>
        <div className="flex gap-2">
          {previous ? (
            <ButtonLink size="sm" href={address(path, { ...query, from: previous })} rel="prev">
              Previous
            </ButtonLink>
          ) : null}
          {next ? (
            <ButtonLink size="sm" href={address(path, { ...query, from: next })} rel="next">
              Next
            </ButtonLink>
          ) : null}
        </div>
      </nav>
    </>
  );
}

/** Whether near duplicates were looked for, and the way to look. */
function NearDuplicates({ dataset: { id, comparedAt, comparison } }: { dataset: DatasetDetail }) {
  const isRunning = comparison?.state === "QUEUED" || comparison?.state === "RUNNING";
  return (
    <div className="mb-5 flex flex-wrap items-center gap-3 text-sm text-muted">
      {isRunning ? (
        <p>
          <LiveRefresh active everyMs={1500} />
          Comparing all images: {comparison.note || "waiting for a worker"}
        </p>
      ) : (
        <>
          <p>
            {comparedAt ? (
              <>
                Images that look alike, compared on <Time at={comparedAt.toISOString()} />.
              </>
            ) : (
              "The images have not been compared yet."
            )}
          </p>
          <ActionButton
            label={comparedAt ? "Compare again" : "Compare the images"}
            size="sm"
            act={findDuplicates.bind(null, { datasetId: id })}
            done="The images are being compared"
          />
        </>
      )}
    </div>
  );
}
