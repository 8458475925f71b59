/** One dataset: how its import went, and its images with their captions. */
import { ClipboardCheck, FlaskConical } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { StateBadge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { DemoNote } from "@/components/demo-label";
import { EmptyState } from "@/components/empty-state";
import { Image, ImageCard, ImageGrid } from "@/components/image";
import { ImageExport } from "@/components/image-export";
import { readPage, type SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { formatCount } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Pagination } from "@/components/pagination";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { ImageGridSkeleton, Skeleton } from "@/components/skeleton";
import { type DatasetDetail, getDataset, type ImageSummary, listImages } from "@/lib/datasets/get-dataset";
import { languageToText } from "@/lib/datasets/language-tag";
import { listCategories } from "@/lib/datasets/list-categories";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { semblanceCommand, toShellWord } from "@/lib/platform/server/semblance-command";
import { CancelButton, DeleteButton, RetryButton } from "../../entities/entity-buttons";
import { orNotFound } from "../../or-not-found";
import { CaptionLanguageDialog } from "./caption-language-dialog";
import { Categories, type Category, readCategory } from "./categories";
import { ImportReport } from "./import-report";

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
  const page = readPage(query);
  const category = readCategory(query);
  const { job, usedBy } = dataset;
  const importing = dataset.state === "IMPORTING";
  const isCaptionsAlone = dataset.imageCount === 0 && dataset.captionCount > 0;
  const unused = usedBy.fineTunes + usedBy.sampleSets + usedBy.studies + usedBy.desks === 0;
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
                {isCaptionsAlone
                  ? null
                  : `${formatCount(dataset.imageCount)} ${dataset.imageCount === 1 ? "image" : "images"}, `}
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
              <ButtonLink
                href={`/admin/datasets/${dataset.id}/audit`}
                icon={<ClipboardCheck className="size-4" aria-hidden="true" />}
              >
                Audit
              </ButtonLink>
            ) : null}
            {dataset.state === "READY" && !isCaptionsAlone ? (
              <ButtonLink href={`/admin/datasets/desks/new?dataset=${dataset.id}`}>
                Captioning desk
              </ButtonLink>
            ) : null}
            <CaptionLanguageDialog datasetId={dataset.id} language={dataset.captionLanguage} />
            {dataset.state === "READY" && !isCaptionsAlone ? (
              <ImageExport
                address={`/api/datasets/${dataset.id}/export`}
                command={semblanceCommand(
                  `npx semblance datasets export ${toShellWord(dataset.name)} --as webdataset --out FOLDER`,
                )}
              />
            ) : null}
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
        <Section title={isCaptionsAlone ? "Captions" : "Images"}>
          <Suspense
            fallback={
              <Skeleton>
                <ImageGridSkeleton
                  count={Math.min(pageSize, Math.max(0, dataset.imageCount - (page - 1) * pageSize))}
                />
              </Skeleton>
            }
          >
            <Images dataset={dataset} page={page} category={category} />
          </Suspense>
        </Section>
      ) : null}
    </>
  );
}

async function Images({
  dataset,
  page,
  category,
}: {
  dataset: DatasetDetail;
  page: number;
  category: Category | undefined;
}) {
  const [{ images, total }, categories] = await Promise.all([
    listImages(dataset.id, { page, pageSize, category }),
    listCategories(dataset.id),
  ]);
  if (total === 0) return <EmptyState title="No images" text="This dataset is empty." />;
  return (
    <>
      <Categories datasetId={dataset.id} categories={categories} chosen={category} />
      <ImageGrid>
        {images.map((image) => (
          <ImageWithCaptions key={image.id} image={image} language={dataset.captionLanguage} />
        ))}
      </ImageGrid>
      <Pagination
        page={page}
        pageSize={pageSize}
        total={total}
        path={`/admin/datasets/${dataset.id}`}
        query={category ? { category: category.name, value: category.value } : {}}
        noun={dataset.imageCount === 0 ? ["caption", "captions"] : ["image", "images"]}
      />
    </>
  );
}

function ImageWithCaptions({ image, language }: { image: ImageSummary; language: string }) {
  const [first, ...others] = image.captions;
  return (
    <ImageCard
      image={
        image.sha256 === null ? null : (
          <Image sha256={image.sha256} alt={first?.text ?? image.fileName} fit="contain" />
        )
      }
      caption={
        <>
          <span lang={language}>{first?.text}</span>
          {others.length > 0 ? (
            <details className="mt-1 font-sans text-[0.8125rem] text-muted">
              <summary className="w-fit rounded-sm">
                {others.length} more {others.length === 1 ? "caption" : "captions"}
              </summary>
              <ul lang={language} className="caption-text mt-1 grid gap-1.5 text-ink">
                {others.map((caption) => (
                  <li key={caption.id}>{caption.text}</li>
                ))}
              </ul>
            </details>
          ) : null}
        </>
      }
      facts={
        image.sha256 === null ? image.stem : `${image.fileName}, ${image.widthPx} × ${image.heightPx} px`
      }
    />
  );
}
