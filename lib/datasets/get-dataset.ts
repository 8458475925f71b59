/** One dataset with its report, and its images page by page. */
import { SemblanceError } from "@/lib/errors";
import type { DatasetState, RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ImportRemark, importReport } from "./import-report";
import { photographs } from "./photographs";
import { captionsAt, imagesAt } from "./revisions/at-revision";

export type DatasetDetail = {
  id: string;
  name: string;
  description: string;
  /** BCP 47. */
  captionLanguage: string;
  state: DatasetState;
  revision: number;
  isDemo: boolean;
  createdAt: Date;
  /** Photographs that are not excluded; the images of a dataset that is captions alone are none. */
  imageCount: number;
  captionCount: number;
  report: ImportRemark[];
  /** The latest import job. `progress` from 0 to 1. */
  job: { id: string; state: RunState; progress: number; note: string; error: string | null } | null;
  /** What keeps the dataset from being deleted. */
  usedBy: { fineTunes: number; sampleSets: number; studies: number; desks: number };
};

/** @throws SemblanceError `not_found` */
export async function getDataset(id: string): Promise<DatasetDetail> {
  const row = await db.dataset.findUnique({
    where: { id },
    include: {
      _count: {
        select: {
          images: { where: { ...photographs, ...imagesAt("newest") } },
          fineTunes: true,
          sampleSets: true,
          desks: true,
          arms: true,
        },
      },
    },
  });
  if (!row) throw new SemblanceError("not_found", "There is no such dataset.");
  const [captionCount, job] = await Promise.all([
    db.caption.count({
      where: { ...captionsAt("newest"), image: { datasetId: id, ...imagesAt("newest") } },
    }),
    db.job.findFirst({
      where: { subjectId: id },
      orderBy: { createdAt: "desc" },
      select: { id: true, state: true, progress: true, note: true, error: true },
    }),
  ]);
  return {
    id,
    name: row.name,
    description: row.description,
    captionLanguage: row.captionLanguage,
    state: row.state,
    revision: row.revision,
    isDemo: row.isDemo,
    createdAt: row.createdAt,
    imageCount: row._count.images,
    captionCount,
    report: importReport.parse(row.importReport),
    job,
    usedBy: {
      fineTunes: row._count.fineTunes,
      sampleSets: row._count.sampleSets,
      studies: row._count.arms,
      desks: row._count.desks,
    },
  };
}

export type ImageSummary = {
  id: string;
  stem: string;
  /** Of the file that it was imported from, within its folder; its stem where that is not known. */
  fileName: string;
  /** Null, as its size is, for captions without a photograph. */
  sha256: string | null;
  widthPx: number | null;
  heightPx: number | null;
  captions: { id: string; text: string; tokenCount: number }[];
};

/** The images in the order of their file names. @param page from 1 */
export async function listImages(
  datasetId: string,
  {
    page = 1,
    pageSize = 48,
    category,
  }: {
    page?: number;
    pageSize?: number;
    /** Only those with a caption of this category. */
    category?: { name: string; value: string } | undefined;
  } = {},
): Promise<{ images: ImageSummary[]; total: number }> {
  const where = {
    datasetId,
    ...(category
      ? {
          captions: {
            some: { ...captionsAt("newest"), categories: { path: [category.name], equals: category.value } },
          },
        }
      : {}),
  };
  const [rows, total] = await Promise.all([
    db.image.findMany({
      where,
      orderBy: { position: "asc" },
      skip: (page - 1) * pageSize,
      take: pageSize,
      include: {
        captions: {
          where: captionsAt("newest"),
          orderBy: { position: "asc" },
          select: { id: true, text: true, tokenCount: true },
        },
      },
    }),
    db.image.count({ where }),
  ]);
  const images = rows.map(({ id, stem, fileName, blobSha256, widthPx, heightPx, captions }) => ({
    id,
    stem,
    fileName: fileName ?? stem,
    sha256: blobSha256,
    widthPx,
    heightPx,
    captions,
  }));
  return { images, total };
}
