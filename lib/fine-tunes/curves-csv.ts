/** A run's series in full: a line per step, with what was measured at it. */
import { readSteps } from "./read-steps";
import { runSeries, type SeriesKey } from "./run-series";

const keys = Object.keys(runSeries) as SeriesKey[];

/** Columns `step` and the names of `runSeries`, in their units as stored (bytes, parts of 1); empty where nothing was measured. */
export async function* curvesToCsv(fineTuneId: string): AsyncGenerator<string, void, undefined> {
  yield `step,${keys.map((key) => runSeries[key].name).join(",")}\n`;
  for await (const steps of readSteps(fineTuneId)) {
    yield steps
      .map(({ step, values }) => `${step},${keys.map((key) => values[key] ?? "").join(",")}\n`)
      .join("");
  }
}
