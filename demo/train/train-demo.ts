/** `npm run demo:train [-- --work DIR] [STAGE ...]`: trains the demo's models. Interrupted, the same command continues. */
import { parseArgs } from "node:util";
import { cancelOnInterrupt } from "@/cli/interrupt";
import { trainingStages } from "./recipe";
import { trainStage } from "./train-stage";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { work: { type: "string", default: "demo/work" } },
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
});
