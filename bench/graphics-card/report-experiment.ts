/** The report's experiment on a card, with the time that each of its parts takes. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ExperimentOptions, experiment } from "@/cli/experiment";
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";

/** Models, epochs and steps that a driver in software can compute, or the processor where there is none. */
const rehearsal: ExperimentOptions = {
  ...{ preset: "tiny", scratchEpochs: 1, epochs: "1,2", batchSize: 2 },
  ...{ steps: 1, guidanceScale: 1, upsampleRespacing: 1, metrics: "clip-score" },
};

/** Begins a part of the experiment in its output. */
const partHead = /^\n(.+): (?:training to epoch|drawing) \d+/;

/**
 * Runs the whole of it with `semblance experiment` on a folder of photographs with their captions.
 *
 * @param given.out keeps models, images and table; null: a folder that is deleted afterwards
 */
export async function runExperiment(
  folder: string,
  given: { base?: string; upsampler?: string; out: string | null; isRehearsal: boolean },
) {
  const { provider, refusal } = await chooseExecutionProvider("webgpu");
  if (refusal !== undefined && !given.isRehearsal) throw new Error(refusal);
  const out = given.out ?? (await mkdtemp(join(tmpdir(), "semblance-experiment-")));
  const start = performance.now();
  const elapsedSeconds = () => (performance.now() - start) / 1000;
  const begun: { part: string; atSeconds: number }[] = [];
  const printed: string[] = [];
  const begin = (part: string) => {
    begun.push({ part, atSeconds: elapsedSeconds() });
    console.log(`${part} begins after ${elapsedSeconds().toFixed(0)} s`);
  };
  const output = {
    write(text: string | Uint8Array) {
      const part = partHead.exec(String(text))?.[1];
      if (part) begin(part);
      return printed.push(String(text)) > 0;
    },
  };
  const table = "table and figures";
  // Only the table's metrics tell of their progress.
  const progress = {
    write() {
      if (begun.at(-1)?.part !== table) begin(table);
      return true;
    },
  };
  try {
    const { base, upsampler, isRehearsal } = given;
    const code = await experiment(
      folder,
      { ...(isRehearsal && rehearsal), base, upsampler, out, provider },
      output,
      progress,
    );
    const totalSeconds = elapsedSeconds();
    return {
      provider,
      parts: begun.map(({ part, atSeconds }, index) => ({
        part,
        seconds: (begun[index + 1]?.atSeconds ?? totalSeconds) - atSeconds,
      })),
      totalSeconds,
      isTableComplete: code === 0,
      table: printed.findLast((text) => text.includes("real / original")),
    };
  } finally {
    if (given.out === null) await rm(out, { recursive: true, force: true });
  }
}
