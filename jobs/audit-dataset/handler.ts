/** Audits a dataset in the worker: counts what its captions name, compares its images with them, and stores both. */
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AttributeCounter } from "@/lib/datasets/audit/attribute-counts";
import { type AuditedImage, auditedImages, countAuditedImages } from "@/lib/datasets/audit/audited-images";
import { type AuditNetwork, chooseRivals } from "@/lib/datasets/audit/contradictions";
import { type AuditCounts, judgeCounts } from "@/lib/datasets/audit/judge-counts";
import { wordLists } from "@/lib/datasets/audit/word-lists";
import { splitWords } from "@/lib/datasets/split-choice";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { fetchNetworks } from "@/lib/evaluations/networks/shared-networks";
import { db } from "@/lib/platform/database/db";
import { runEngineTask } from "@/lib/platform/engine-process/run-engine-task";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { LocalFiles } from "@/lib/platform/storage/local-files";
import { counted } from "@/lib/text/counted";
import type { ComparedImage, ComparisonResult } from "./compare-images";
import type { auditDatasetJob } from "./job";
import { compareTask } from "./task";

/** Of the whole, reading captions. */
const readingShare = 0.1;

const splits = Object.keys(splitWords) as (keyof typeof splitWords)[];

export const handle: JobHandler<typeof auditDatasetJob> = async (
  { auditId },
  { signal, lost, provider, report },
) => {
  const audit = await db.datasetAudit.findUnique({ where: { id: auditId } });
  if (!audit) throw new SemblanceError("not_found", "The audit was deleted.");
  const { datasetId, datasetRevision, checked } = audit;
  const network = audit.network as AuditNetwork | null;
  const lists = wordLists.parse(audit.lists);
  const total = await countAuditedImages(datasetId, datasetRevision);
  const folder = join(dataPaths().runs, auditId);
  await mkdir(folder, { recursive: true });
  const files = new LocalFiles();
  try {
    const imageList = join(folder, "images.jsonl");
    const counter = new AttributeCounter(
      lists,
      splits.map((split) => splitWords[split]),
    );
    const readCaptions = async function* () {
      let read = 0;
      for await (const image of auditedImages(datasetId, datasetRevision)) {
        counter.add(
          image.captions.map(({ text }) => text),
          splits.indexOf(image.split),
        );
        if (network !== null && image.blobSha256 !== null)
          yield `${JSON.stringify(await toCompared(image, files))}\n`;
        read++;
        const share = (network === null ? 1 : readingShare) * (read / total);
        if (read % 1000 === 0) report(share, `captions of ${read} of ${counted(total, "image", "images")}`);
      }
    };
    await pipeline(Readable.from(readCaptions()), createWriteStream(imageList), { signal });
    const counts = judgeCounts(counter.counts());
    if (network !== null) await fetchNetworks([network]);
    const compared =
      network === null
        ? null
        : await runEngineTask(
            compareTask,
            {
              imageList,
              network,
              lists,
              checks: checked.map((name) => {
                const attribute = lists.attributes.findIndex((each) => each.name === name);
                return { attribute, rivals: chooseRivals(counts.attributes[attribute]!) };
              }),
              weightsFolder: dataPaths().weights,
              cacheFolder: dataPaths().features,
              provider,
            },
            {
              signal,
              kill: lost,
              onEvent: ({ done }) =>
                report(
                  readingShare + (1 - readingShare) * (done / total),
                  `${done} of ${counted(total, "image", "images")} compared`,
                ),
            },
          );
    await storeAudit(auditId, counts, compared);
  } finally {
    await files.release();
    if (!lost.aborted) await rm(folder, { recursive: true, force: true });
  }
};

async function toCompared(
  { name, blobSha256, captions }: AuditedImage,
  files: LocalFiles,
): Promise<ComparedImage> {
  return { path: await files.imagePathOf(blobSha256!), name, captions };
}

/** All or nothing; what an attempt that was cut short may have left is replaced. */
async function storeAudit(
  auditId: string,
  counts: AuditCounts,
  compared: ComparisonResult | null,
): Promise<void> {
  await db.$transaction(async (transaction) => {
    await transaction.contradiction.deleteMany({ where: { auditId } });
    await transaction.datasetAudit.update({
      where: { id: auditId },
      data: { counts, ...(compared ? { compared: compared.counts } : {}) },
    });
    if (compared) {
      await transaction.contradiction.createMany({
        data: compared.contradictions.map((contradiction) => ({ auditId, ...contradiction })),
      });
    }
  });
}
