/** What a run measured: thinned out for plots, in full as CSV, and its log as text. */
import { beforeAll, describe, expect, test } from "vitest";
import { curvesToCsv } from "@/lib/fine-tunes/curves-csv";
import { storeFinalLoss } from "@/lib/fine-tunes/final-loss";
import { logToText } from "@/lib/fine-tunes/log-text";
import { mostPoints, readCurves, strideFor } from "@/lib/fine-tunes/read-curves";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

const steps = 2500;
let fineTuneId: string;
const lossAt = (step: number) => (step === 1234 ? 9 : step === 777 ? 0.001 : 1 + (step % 2) / 10);

beforeAll(async () => {
  const { id: datasetId } = await db.dataset.create({ data: { name: "dogs", state: "READY" } });
  ({ id: fineTuneId } = await db.fineTune.create({
    data: { name: "run", part: "BASE", datasetId, settings: {}, step: steps, totalSteps: steps },
  }));
  await db.$executeRaw`
    INSERT INTO "LossPoint" ("fineTuneId", "step", "loss", "gradientNorm", "learningRate", "consistencyLoss")
    SELECT ${fineTuneId}::uuid, step, CASE step WHEN 1234 THEN 9 WHEN 777 THEN 0.001 ELSE 1 + (step % 2) / 10.0 END, 'NaN', 1e-4,
      CASE step % 2 WHEN 0 THEN 1.5 END
    FROM generate_series(1, ${steps}::int) AS step`;
  await db.validationPoint.createMany({
    data: [0, 1000].map((step) => ({
      fineTuneId,
      step,
      heldOut: 0.25,
      training: 0.2,
      heldOutBands: [0.4, 0.3, 0.2, 0.1],
      trainingBands: [0.4, 0.2, 0.1, 0.1],
      isAverage: true,
    })),
  });
  await db.resourcePoint.createMany({
    data: [1000, 2501].map((step) => ({
      fineTuneId,
      step,
      imagesPerSecond: 12.5,
      memoryBytes: 2e9,
      processorLoad: 0.5,
    })),
  });
});

describe("a plot's points", () => {
  test("are few, and keep the lowest and highest value of the steps they stand for", async () => {
    const stride = strideFor(steps);
    const { loss } = await readCurves(fineTuneId, { after: 0, stride });
    expect(loss!.length).toBeLessThanOrEqual(mostPoints);
    expect(loss!.at(-1)![0]).toBe(steps);
    expect(Math.max(...loss!.map((point) => point[3]!))).toBe(9);
    expect(Math.min(...loss!.map((point) => point[2]!))).toBe(0.001);
    const [last, mean, low, high] = loss![0]!;
    expect([last, low, high]).toEqual([stride, 1, 1.1]);
    const within = Array.from({ length: stride }, (_, index) => lossAt(index + 1));
    expect(mean).toBeCloseTo(within.reduce((sum, each) => sum + each, 0) / stride, 5);
  });

  test("are single steps where few are asked for", async () => {
    const { loss } = await readCurves(fineTuneId, { after: 1230, to: 1236, stride: 1 });
    expect(loss).toEqual([1231, 1232, 1233, 1234, 1235, 1236].map((step) => [step, lossAt(step)]));
  });

  test("begin at multiples of their steps, so that later ones fit to earlier ones", async () => {
    const all = (await readCurves(fineTuneId, { after: 0, stride: 100 })).loss!;
    const later = (await readCurves(fineTuneId, { after: 1950, stride: 100 })).loss!;
    expect(later).toEqual(all.slice(19));
  });

  test("are absent for what the run did not measure", async () => {
    const curves = await readCurves(fineTuneId, { after: 0, stride: 1 });
    expect(Object.keys(curves).sort()).toEqual([
      "consistencyLoss",
      "heldOut",
      ...[1, 2, 3, 4].map((band) => `heldOutBand${band}`),
      "imagesPerSecond",
      "learningRate",
      "loss",
      "memoryBytes",
      "processorLoad",
      "validatedTraining",
    ]);
    expect([curves.heldOutBand1, curves.heldOutBand4]).toEqual(
      [0.4, 0.1].map((loss) => [0, 1000].map((step) => [step, loss])),
    );
    // In some steps no image has two captions.
    expect(curves.consistencyLoss!.slice(0, 2)).toEqual([
      [2, 1.5],
      [4, 1.5],
    ]);
  });
});

test("the CSV file has every step, and an empty cell for what was not measured", async () => {
  let text = "";
  for await (const piece of curvesToCsv(fineTuneId)) text += piece;
  const lines = text.trimEnd().split("\n");
  expect(lines[0]).toBe(
    "step,loss,validation_loss,validation_loss_training,validation_loss_band_1,validation_loss_band_2,validation_loss_band_3,validation_loss_band_4,consistency_loss,gradient_norm,learning_rate,images_per_second,memory_bytes,device_memory_bytes,processor_load,device_load",
  );
  expect(lines).toHaveLength(steps + 3);
  expect(lines[1]).toBe("0,,0.25,0.2,0.4,0.3,0.2,0.1,,,,,,,,");
  expect(lines[1001]).toBe("1000,1,0.25,0.2,0.4,0.3,0.2,0.1,1.5,,0.0001,12.5,2000000000,,0.5,");
  expect(lines[1002]).toBe("1001,1.1,,,,,,,,,0.0001,,,,,");
  expect(lines.at(-1)).toBe("2501,,,,,,,,,,,12.5,2000000000,,0.5,");
});

test("the final loss is the mean over the last 2% of the steps", async () => {
  await storeFinalLoss(fineTuneId, { step: 1240, totalSteps: steps });
  const last = Array.from({ length: 50 }, (_, index) => lossAt(1240 - index));
  const { finalLoss } = await db.fineTune.findUniqueOrThrow({ where: { id: fineTuneId } });
  expect(finalLoss).toBeCloseTo(last.reduce((sum, each) => sum + each, 0) / 50, 12);
});

test("the log as text has a line each, with time and level", async () => {
  const at = new Date("2026-01-02T03:04:05.678Z");
  await db.logLine.createMany({
    data: [
      { fineTuneId, at, message: "begins" },
      { fineTuneId, at, level: "WARNING", message: "two\nlines" },
    ],
  });
  let text = "";
  for await (const piece of logToText(fineTuneId)) text += piece;
  expect(text).toBe("2026-01-02T03:04:05.678Z INFO    begins\n2026-01-02T03:04:05.678Z WARNING two lines\n");
});
