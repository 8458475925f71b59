/** How often a run is said to overfit that does not, and how soon one is that does: `node --import tsx bench/overfitting-alarms.ts`. */
import { findOverfitting, type ValidationPoint } from "@/lib/diffusion/training/overfitting";
import { Random } from "@/lib/numerics/random";

export type SimulatedRun = {
  readonly images: number;
  readonly validations: number;
  /** Standard deviation of what moves all images of a validation together, and its correlation with the next. */
  readonly common: number;
  readonly correlation: number;
  /** Standard deviation of what moves one image alone. */
  readonly own: number;
  /** Change of the mean loss from one validation to the next. */
  readonly trainingSlope: number;
  readonly heldOutSlope: number;
};

/** The number of the validation that gives the first alarm, from 1; null: none does. */
export function firstAlarm(run: SimulatedRun, random: Random): number | null {
  const { images, validations, common, correlation, own } = run;
  const [levels, wander] = [
    [0, 0],
    [0, 0],
  ] as [number[], number[]];
  const base = Array.from({ length: 2 }, () => random.normals(images));
  const points: ValidationPoint[] = [];
  for (let number = 1; number <= validations; number++) {
    const [heldOut, training] = [run.heldOutSlope, run.trainingSlope].map((slope, which) => {
      levels[which]! += slope;
      const fresh = random.normals(images + 1);
      wander[which] =
        correlation * wander[which]! + Math.sqrt(1 - correlation ** 2) * common * fresh[images]!;
      return Array.from(
        base[which]!,
        (start, i) => start + levels[which]! + wander[which]! + own * fresh[i]!,
      );
    }) as [number[], number[]];
    points.push({ step: number, heldOut, training });
    if (findOverfitting(points) !== null) return number;
  }
  return null;
}

if (process.argv[1]?.endsWith("overfitting-alarms.ts")) {
  const runs = 400;
  const usual = { images: 32, validations: 50, own: 0.02, heldOutSlope: 0, trainingSlope: -0.002 };
  for (const correlation of [0, 0.5, 0.8, 0.9])
    for (const common of [0.0005, 0.002, 0.008])
      for (const heldOutSlope of [0, 0.002]) {
        const alarms = Array.from({ length: runs }, (_, number) =>
          firstAlarm({ ...usual, correlation, common, heldOutSlope }, new Random(7, number)),
        );
        const raised = alarms.filter((alarm) => alarm !== null).sort((a, b) => a - b);
        console.log(
          `correlation ${correlation}, common ${common}, rise per validation ${heldOutSlope}: ${((100 * raised.length) / runs).toFixed(1)}% alarms, median after ${raised[Math.floor(raised.length / 2)] ?? "-"} validations`,
        );
      }
}
