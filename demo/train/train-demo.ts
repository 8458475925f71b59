/**
 * `npm run demo:train [-- --work DIR --pack DIR] [STAGE ...]`: trains the demo's models and writes those that ship. Interrupted,
 * the same command continues. With stages named, trains these alone and ships nothing.
 */
import { parseArgs } from "node:util";
import { cancelOnInterrupt } from "@/cli/interrupt";
import { trainingStages } from "./recipe";
import { shipWeights } from "./ship-weights";
import { trainStage } from "./train-stage";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { work: { type: "string", default: "demo/work" }, pack: { type: "string", default: "demo/pack" } },
});
const unknown = positionals.find((name) => !trainingStages.some((stage) => stage.name === name));
if (unknown !== undefined) {
  console.error(
    `There is no stage ${unknown}; there are ${trainingStages.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(1);
}
await cancelOnInterrupt("The training was interrupted. The same command continues it.", async (signal) => {
  for (const stage of trainingStages) {
    if (positionals.length > 0 && !positionals.includes(stage.name)) continue;
    await trainStage(stage, {
      work: values.work,
      signal,
      say: (message) => console.log(`${new Date().toISOString().slice(11, 19)} ${message}`),
    });
  }
  if (positionals.length === 0) await shipWeights(values.work, values.pack);
});
