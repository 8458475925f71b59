/** Sizes, lengths and words of a dataset's newest revision: computed once, and kept with it. */
import { z } from "zod";
import { db, type Transaction } from "@/lib/platform/database/db";
import { captionWords, isContentWord } from "@/lib/text/caption-words";
import { tokensRead } from "../browse-images";

const bin = z.object({
  /** Inclusive. */
  from: z.number(),
  /** Inclusive; null: no end. */
  to: z.number().nullable(),
  count: z.number(),
});

export const datasetStatistics = z.object({
  revision: z.number(),
  /** Photographs or places that are not excluded, by their split. */
  training: z.number(),
  heldOut: z.number(),
  excluded: z.number(),
  captions: z.number(),
  withoutCaption: z.number(),
  /** Captions of more tokens than GLIDE reads. */
  long: z.number(),
  /** Photographs by their shorter side, in pixels; empty for captions alone. */
  sizes: z.array(bin),
  /** Captions by their length in tokens. */
  lengths: z.array(bin),
  /** Of the words that say something of an image the most frequent, with the number of captions that have them. */
  words: z.array(z.object({ word: z.string(), captions: z.number() })),
});
export type DatasetStatistics = z.infer<typeof datasetStatistics>;

const sizeEnds = [127, 255, 511, 1023, 2047, null];
const lengthEnds = [4, 8, 16, 32, 64, tokensRead, null];
const mostWords = 60;
/** Images whose captions are in memory at the same time. */
const imagesPerRead = 2000;

/** Null where nobody has asked for those of the newest revision; it has to be computed then. */
export async function findStatistics(datasetId: string): Promise<DatasetStatistics | null> {
  const [row] = await db.$queryRaw<{ value: unknown }[]>`
    SELECT statistics."value" FROM "Dataset" dataset
    JOIN "DatasetStatistics" statistics ON statistics."datasetId" = dataset."id" AND statistics."revision" = dataset."revision"
    WHERE dataset."id" = ${datasetId}::uuid`;
  return row ? datasetStatistics.parse(row.value) : null;
}

/** Reads all captions: not for the web process. Throws where there is no such dataset. */
export async function computeStatistics(datasetId: string): Promise<DatasetStatistics> {
  const value = await db.$transaction(
    async (transaction) => {
      const { revision } = await transaction.dataset.findUniqueOrThrow({ where: { id: datasetId } });
      return {
        revision,
        ...(await countImages(transaction, datasetId)),
        ...(await countCaptions(transaction, datasetId)),
        sizes: await countSizes(transaction, datasetId),
      };
    },
    // Of one revision, whatever is changed meanwhile.
    { isolationLevel: "RepeatableRead", timeout: 120_000 },
  );
  const key = { datasetId, revision: value.revision };
  await db.datasetStatistics.upsert({
    where: { datasetId_revision: key },
    create: { ...key, value },
    update: { value },
  });
  return value;
}

type ImageCounts = Pick<DatasetStatistics, "training" | "heldOut" | "excluded" | "withoutCaption">;

async function countImages(transaction: Transaction, datasetId: string): Promise<ImageCounts> {
  const [row] = await transaction.$queryRaw<ImageCounts[]>`
    SELECT count(*) FILTER (WHERE NOT "isExcluded" AND "split" = 'TRAINING')::int AS training,
      count(*) FILTER (WHERE NOT "isExcluded" AND "split" = 'HELD_OUT')::int AS "heldOut",
      count(*) FILTER (WHERE "isExcluded")::int AS excluded,
      count(*) FILTER (WHERE NOT "isExcluded" AND NOT EXISTS (
        SELECT FROM "Caption" WHERE "imageId" = "Image"."id" AND "untilRevision" IS NULL))::int AS "withoutCaption"
    FROM "Image" WHERE "datasetId" = ${datasetId}::uuid`;
  return row!;
}

async function countSizes(transaction: Transaction, datasetId: string): Promise<DatasetStatistics["sizes"]> {
  const rows = await transaction.$queryRaw<{ side: number; count: number }[]>`
    SELECT least("widthPx", "heightPx") AS side, count(*)::int AS count FROM "Image"
    WHERE "datasetId" = ${datasetId}::uuid AND NOT "isExcluded" AND "blobSha256" IS NOT NULL
    GROUP BY side`;
  return rows.length === 0
    ? []
    : toBins(
        sizeEnds,
        rows.map(({ side, count }) => [side, count]),
      );
}

async function countCaptions(
  transaction: Transaction,
  datasetId: string,
): Promise<Pick<DatasetStatistics, "captions" | "long" | "lengths" | "words">> {
  const lengths = new Map<number, number>();
  const words = new Map<string, number>();
  let captions = 0;
  const [{ last }] = await transaction.$queryRaw<[{ last: number | null }]>`
    SELECT max("position") AS last FROM "Image" WHERE "datasetId" = ${datasetId}::uuid`;
  for (let start = 0; start <= (last ?? -1); start += imagesPerRead) {
    const rows = await transaction.$queryRaw<{ text: string; tokenCount: number }[]>`
      SELECT caption."text", caption."tokenCount" FROM "Image" image JOIN "Caption" caption ON caption."imageId" = image."id"
      WHERE image."datasetId" = ${datasetId}::uuid AND NOT image."isExcluded" AND caption."untilRevision" IS NULL
        AND image."position" >= ${start} AND image."position" < ${start + imagesPerRead}`;
    captions += rows.length;
    for (const { text, tokenCount } of rows) {
      lengths.set(tokenCount, (lengths.get(tokenCount) ?? 0) + 1);
      for (const word of captionWords(text)) words.set(word, (words.get(word) ?? 0) + 1);
    }
  }
  return {
    captions,
    long: [...lengths].reduce((sum, [tokens, count]) => sum + (tokens > tokensRead ? count : 0), 0),
    lengths: captions === 0 ? [] : toBins(lengthEnds, [...lengths]),
    words: [...words]
      .filter(([word]) => isContentWord(word))
      .sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1))
      .slice(0, mostWords)
      .map(([word, count]) => ({ word, captions: count })),
  };
}

/** Without the empty ones at either end. */
function toBins(
  ends: readonly (number | null)[],
  values: readonly (readonly [value: number, count: number])[],
): DatasetStatistics["sizes"] {
  const bins = ends.map((to, at) => ({ from: at === 0 ? 0 : ends[at - 1]! + 1, to, count: 0 }));
  for (const [value, count] of values) {
    bins.find(({ to }) => to === null || value <= to)!.count += count;
  }
  const first = bins.findIndex(({ count }) => count > 0);
  const last = bins.findLastIndex(({ count }) => count > 0);
  return bins.slice(first, last + 1);
}
