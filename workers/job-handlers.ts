/** Which function runs which kind of job. */
import { drawCaption } from "./handlers/draw-caption";
import { evaluate } from "./handlers/evaluate";
import { fineTune } from "./handlers/fine-tune";
import { getWeights } from "./handlers/get-weights";
import { importDataset } from "./handlers/import-dataset";
import { openStudy } from "./handlers/open-study";
import { sample } from "./handlers/sample";
import type { JobHandlers } from "./run-job";

export const jobHandlers: JobHandlers = {
  "import-dataset": importDataset,
  "fine-tune": fineTune,
  sample,
  evaluate,
  "open-study": openStudy,
  "draw-caption": drawCaption,
  "get-weights": getWeights,
};
