/** `npm start`: looks at Node first, because all that comes after needs one that is new enough. */
import { nodeProblem } from "./node-version.mjs";

const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(`\n${problem.message}\n${problem.remedy}\n`);
  process.exit(1);
}
import("./first-steps.mjs").then(({ takeFirstSteps }) => takeFirstSteps(process.argv.slice(2)));
