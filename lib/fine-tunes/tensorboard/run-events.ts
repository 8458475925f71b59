/** A run as a TensorBoard event file: every series in full, and the previews as images. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { readSteps } from "../read-steps";
import { runSeries, type SeriesKey } from "../run-series";
import { summaryRecord, versionRecord } from "./event-record";
import { stepTimes } from "./step-times";

/**
 * The bytes of the file, in pieces. Times between measured ones are interpolated; steps are those of the run.
 *
 * @throws SemblanceError `not_found`
 */
export async function* runEvents(fineTuneId: string): AsyncGenerator<Uint8Array, void, undefined> {
  const run = await db.fineTune.findUnique({ where: { id: fineTuneId } });
  if (!run) throw new SemblanceError("not_found", "There is no such fine-tune.");
  const measured = await db.resourcePoint.findMany({
    where: { fineTuneId },
    orderBy: { step: "asc" },
    select: { step: true, at: true },
  });
  const timeOf = stepTimes(run, measured);
  yield versionRecord(timeOf(0));
  for await (const steps of readSteps(fineTuneId)) {
    yield Buffer.concat(
      steps.map(({ step, values }) => {
        const scalars = (Object.entries(values) as [SeriesKey, number][]).map(([key, value]) => ({
          tag: `${runSeries[key].group}/${runSeries[key].name}`,
          simple_value: value,
        }));
        return summaryRecord(step, timeOf(step), scalars);
      }),
    );
  }
  const previews = await db.preview.findMany({
    where: { fineTuneId },
    orderBy: [{ step: "asc" }, { caption: "asc" }],
  });
  const blobs = await db.blob.findMany({ where: { sha256: { in: previews.map((one) => one.blobSha256) } } });
  const sizes = new Map(blobs.map(({ sha256, widthPx, heightPx }) => [sha256, { widthPx, heightPx }]));
  for (const { step, caption, seed, blobSha256 } of previews) {
    const size = sizes.get(blobSha256);
    const png = await readPreview(blobSha256);
    // One that the store has lost is missing on the run's page, too.
    if (png === null || !size?.widthPx || !size.heightPx) continue;
    const image = {
      height: size.heightPx,
      width: size.widthPx,
      colorspace: 3 as const,
      encoded_image_string: png,
    };
    yield summaryRecord(step, timeOf(step), [{ tag: `previews/${caption}, seed ${seed}`, image }]);
  }
}

/** Null where the store has lost it. */
async function readPreview(sha256: string): Promise<Uint8Array | null> {
  return readBlob(sha256).catch((error: unknown) => {
    if (error instanceof SemblanceError && error.code === "not_found") return null;
    throw error;
  });
}
