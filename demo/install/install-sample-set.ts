/** Puts a sample set of the demo into the database: its images as they were drawn, and its scores as packed. */
import { join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { blobStore, recordBlobs } from "@/lib/platform/storage/store-blob";
import { drawnCaptions } from "@/lib/samples/drawn-captions";
import { type PackedImage, type PackedSet, packedFile, packedImages } from "./pack";

/** Files that are written to the store at the same time: each waits for the disk. */
const atOnce = 8;

/** All or nothing, save for blobs, which an interrupted installation finds again. */
export async function installSampleSet(
  set: PackedSet,
  { ids, folder }: { ids: ReadonlyMap<string, string>; folder: string },
): Promise<string> {
  const existing = await db.sampleSet.findUnique({ where: { name: set.name } });
  if (existing?.isDemo) return existing.id;
  const datasetId = ids.get(set.dataset)!;
  const captions = await db.caption.findMany({
    ...drawnCaptions({ datasetId, datasetRevision: 1, allCaptions: false }),
    take: set.captions,
    select: { id: true },
  });
  const sidePx = await sideOf(set, ids);
  const samples = await storeImages(set, folder, sidePx);
  return db.$transaction(
    async (transaction) => {
      const total = await transaction.caption.count({
        where: drawnCaptions({ datasetId, datasetRevision: 1, allCaptions: false }).where,
      });
      const now = new Date();
      const { id } = await transaction.sampleSet.create({
        data: {
          name: set.name,
          datasetId,
          baseCheckpointId: ids.get(set.base)!,
          upsamplerCheckpointId: set.upsampler === null ? null : ids.get(set.upsampler)!,
          settings: set.settings,
          captionLimit: captions.length < total ? captions.length : null,
          state: "SUCCEEDED",
          requested: samples.length,
          isDemo: true,
          finishedAt: now,
        },
      });
      const rows = await transaction.sample.createManyAndReturn({
        data: samples.map(({ index, seed, blobSha256, baseSha256 }) => ({
          sampleSetId: id,
          captionId: captions[index]!.id,
          seed,
          blobSha256,
          baseSha256,
        })),
        select: { id: true, captionId: true, seed: true },
      });
      const sampleIds = samples.map(
        ({ index, seed }) =>
          rows.find((row) => row.captionId === captions[index]!.id && row.seed === seed)!.id,
      );
      for (const { metrics, sidePx: comparedPx, scores } of set.evaluations) {
        const evaluation = await transaction.evaluation.create({
          data: {
            sampleSetId: id,
            datasetId,
            metrics,
            sidePx: comparedPx,
            state: "SUCCEEDED",
            finishedAt: now,
            scores: {
              create: scores.map(({ n1, n2, perImage: _, ...score }) => ({
                ...score,
                realCount: n1,
                generatedCount: n2,
              })),
            },
          },
        });
        await transaction.imageScore.createMany({
          data: scores.flatMap(({ metric, perImage }) =>
            (perImage ?? []).map((value, at) => ({
              evaluationId: evaluation.id,
              metric,
              sampleId: sampleIds[at]!,
              value,
            })),
          ),
        });
      }
      return id;
    },
    { timeout: 60_000 },
  );
}

type StoredImage = PackedImage & { blobSha256: string; baseSha256: string | null };

async function storeImages(
  set: PackedSet,
  folder: string,
  sidePx: { image: number; base: number },
): Promise<StoredImage[]> {
  const store = async (file: string, widthPx: number) => {
    try {
      const blob = await blobStore().putFile(join(folder, file));
      return { ...blob, mediaType: "image/png", widthPx, heightPx: widthPx };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new SemblanceError("invalid_file", `The demo lacks its image ${file}.`, {
        remedy: "Check out the repository anew, or start without the demo: npm start -- --empty",
      });
    }
  };
  const images = packedImages(set);
  const stored: StoredImage[] = [];
  for (let start = 0; start < images.length; start += atOnce) {
    const batch = await Promise.all(
      images.slice(start, start + atOnce).map(async (image) => {
        const files = packedFile(set, image);
        return {
          image,
          finished: await store(files.image, sidePx.image),
          base: set.upsampler === null ? null : await store(files.base, sidePx.base),
        };
      }),
    );
    await recordBlobs(batch.flatMap(({ finished, base }) => (base ? [finished, base] : [finished])));
    stored.push(
      ...batch.map(({ image, finished, base }) => ({
        ...image,
        blobSha256: finished.sha256,
        baseSha256: base?.sha256 ?? null,
      })),
    );
  }
  return stored;
}

/** Sides of what the set's models draw. */
async function sideOf({ base, upsampler }: PackedSet, ids: ReadonlyMap<string, string>) {
  const side = async (key: string) => {
    const { options } = await db.checkpoint.findUniqueOrThrow({ where: { id: ids.get(key)! } });
    return (options as { image_size: number }).image_size;
  };
  const basePx = await side(base);
  return { base: basePx, image: upsampler === null ? basePx : await side(upsampler) };
}
