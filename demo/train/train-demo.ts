/**
 * `npm run demo:train [-- --work DIR --pack DIR] [STAGE ...]`: trains the demo's models and writes those that ship.
 * Interrupted, the same command continues. With stages named, trains these alone and ships nothing.
 */
import { parseArgs } from "node:util";
import { cancelOnInterrupt } from "@/cli/interrupt";
import { trainingStages } from "./recipe";
import { shipNoisedClip } from "./ship-noised-clip";
import { shipWeights } from "./ship-weights";
import { shipClip, trainClip } from "./train-clip";
import { trainDemoNoisedClip } from "./train-noised-clip";
import { type StageRun, trainStage } from "./train-stage";

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { work: { type: "string", default: "demo/work" }, pack: { type: "string", default: "demo/pack" } },
});

/** In an order in which each finds what it starts from. */
const stages: ReadonlyMap<string, (run: StageRun) => Promise<void>> = new Map([
  ...trainingStages.map((stage) => [stage.name, (run: StageRun) => trainStage(stage, run)] as const),
  ["clip", (run: StageRun) => trainClip(run)],
  ["noised-clip", (run: StageRun) => trainDemoNoisedClip(run)],
]);

const unknown = wanted.find((name) => !stages.has(name));
if (unknown !== undefined) {
  console.error(`There is no stage ${unknown}; there are ${[...stages.keys()].join(", ")}.`);
  process.exit(1);
}
await cancelOnInterrupt("The training was interrupted. Run the same command to continue.", async (signal) => {
  const say = (message: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${message}`);
  for (const [name, run] of stages) {
    if (wanted.length === 0 || wanted.includes(name)) await run({ work: values.work, signal, say });
  }
  if (wanted.length > 0) return;
  await shipWeights(values.work, values.pack);
  await shipClip(values.work, values.pack);
  await shipNoisedClip(values.work, values.pack);
});
