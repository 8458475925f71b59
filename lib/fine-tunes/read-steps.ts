/** Everything that a run measured, step by step, in batches: a long run never is in memory as a whole. */
import { db } from "@/lib/platform/database/db";
import type { SeriesKey } from "./run-series";

export type MeasuredStep = {
  readonly step: number;
  /** When; null where no clock was read at this step. */
  readonly at: Date | null;
  /** Absent: not measured at this step. */
  readonly values: Partial<Record<SeriesKey, number>>;
};

type Row = { step: number; at: Date | null } & Record<SeriesKey, number | null>;

/** Small enough to be put into text without holding up other requests. */
const stepsAtOnce = 1000;

export async function* readSteps(fineTuneId: string): AsyncGenerator<MeasuredStep[], void, undefined> {
  for (let last = -1; ; ) {
    const rows = await db.$queryRaw<Row[]>`
      SELECT "step", "at", "loss", "heldOut", "training" AS "validatedTraining", "heldOutBands"[1] AS "heldOutBand1", "heldOutBands"[2] AS "heldOutBand2",
        "heldOutBands"[3] AS "heldOutBand3", "heldOutBands"[4] AS "heldOutBand4", "consistencyLoss", "gradientNorm", "learningRate", "imagesPerSecond", "memoryBytes", "deviceMemoryBytes",
        "processorLoad", "deviceLoad"
      FROM (SELECT * FROM "LossPoint" WHERE "fineTuneId" = ${fineTuneId}::uuid AND "step" > ${last} ORDER BY "step" LIMIT ${stepsAtOnce}) AS losses
      FULL JOIN (SELECT * FROM "ResourcePoint" WHERE "fineTuneId" = ${fineTuneId}::uuid AND "step" > ${last} ORDER BY "step" LIMIT ${stepsAtOnce}) AS used
        USING ("step")
      FULL JOIN (SELECT "step", "heldOut", "training", "heldOutBands" FROM "ValidationPoint" WHERE "fineTuneId" = ${fineTuneId}::uuid AND "step" > ${last} ORDER BY "step" LIMIT ${stepsAtOnce}) AS validated
        USING ("step")
      ORDER BY "step" LIMIT ${stepsAtOnce}`;
    if (rows.length === 0) return;
    last = rows.at(-1)!.step;
    yield rows.map(({ step, at, ...values }) => ({
      step,
      at,
      values: Object.fromEntries(
        Object.entries(values).filter(([, value]) => value !== null && Number.isFinite(value)),
      ),
    }));
  }
}
