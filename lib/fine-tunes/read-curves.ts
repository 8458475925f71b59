/** A run's series, thinned out for a plot: the mean of every so many steps, with their lowest and highest value. */
import { db } from "@/lib/platform/database/db";
import type { CurvePoint, RunCurves, SeriesKey } from "./run-series";

/** As many points as a plot can show. */
export const mostPoints = 600;

/** Which tables hold the series, and in which columns. */
const lossColumns = columnsNamed("loss", "consistencyLoss", "gradientNorm", "learningRate");
const validationColumns = {
  ...columnsNamed("heldOut"),
  validatedTraining: '"training"',
  heldOutBand1: '"heldOutBands"[1]',
  heldOutBand2: '"heldOutBands"[2]',
  heldOutBand3: '"heldOutBands"[3]',
  heldOutBand4: '"heldOutBands"[4]',
};
const resourceColumns = columnsNamed(
  "imagesPerSecond",
  "memoryBytes",
  "deviceMemoryBytes",
  "processorLoad",
  "deviceLoad",
);

/** What a series is in its table, as SQL. */
type Columns = Readonly<Partial<Record<SeriesKey, string>>>;

function columnsNamed(...keys: SeriesKey[]): Columns {
  return Object.fromEntries(keys.map((key) => [key, `"${key}"`]));
}

/** Steps that a point of a plot stands for. */
export function strideFor(steps: number): number {
  return Math.max(1, Math.ceil(steps / mostPoints));
}

/**
 * @param range.after only steps later than this one, and those that are in a point with it
 * @param range.to up to this step; absent: to the newest
 * @param range.stride steps per point; points begin at multiples of it, so that those of two answers fit together
 */
export async function readCurves(
  fineTuneId: string,
  { after, to = 2 ** 31 - 1, stride }: { after: number; to?: number; stride: number },
): Promise<RunCurves> {
  // A run is validated before its first step, too.
  const from = after <= 0 ? -1 : Math.floor(after / stride) * stride;
  const [losses, validations, resources] = await Promise.all([
    readTable("LossPoint", lossColumns, { fineTuneId, from, to, stride }),
    readTable("ValidationPoint", validationColumns, { fineTuneId, from, to, stride }),
    readTable("ResourcePoint", resourceColumns, { fineTuneId, from, to, stride }),
  ]);
  return { ...losses, ...validations, ...resources };
}

async function readTable(
  table: "LossPoint" | "ValidationPoint" | "ResourcePoint",
  columns: Columns,
  { fineTuneId, from, to, stride }: { fineTuneId: string; from: number; to: number; stride: number },
): Promise<RunCurves> {
  // Where a value is unknown, such as in the demo's shipped curves, it is stored as no number.
  const values = Object.entries(columns).map(([key, column]) => {
    const value = `NULLIF(${column}, 'NaN')`;
    return `avg(${value}) AS "${key}", min(${value}) AS "${key}Low", max(${value}) AS "${key}High"`;
  });
  const rows = await db.$queryRawUnsafe<Record<string, number | null>[]>(
    `SELECT max("step") AS "step", count(*)::int AS "count", ${values.join(", ")}
     FROM "${table}"
     WHERE "fineTuneId" = $1::uuid AND "step" > $2 AND "step" <= $3
     GROUP BY ("step" + $4::int - 1) / $4::int
     ORDER BY 1`,
    fineTuneId,
    from,
    to,
    stride,
  );
  const keys = Object.keys(columns) as SeriesKey[];
  const curves = keys.map((key): [SeriesKey, CurvePoint[]] => [key, toPoints(rows, key)]);
  return Object.fromEntries(curves.filter(([, points]) => points.length > 0));
}

function toPoints(rows: readonly Record<string, number | null>[], key: SeriesKey): CurvePoint[] {
  return rows.flatMap((row): CurvePoint[] => {
    const mean = row[key];
    if (mean === null || mean === undefined) return [];
    const step = row.step!;
    if (row.count === 1) return [[step, shorten(mean)]];
    return [[step, shorten(mean), shorten(row[`${key}Low`]!), shorten(row[`${key}High`]!)]];
  });
}

/** More digits than a plot can show; every one of them would be sent. */
function shorten(value: number): number {
  return Number(value.toPrecision(6));
}
