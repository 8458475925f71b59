/** What to change where a run does not fit into memory: of all that saves memory, what its settings do not do yet. */
import type { FineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";

export function memoryRemedy(settings: FineTuneSettings, isOnProcessor: boolean): string {
  const { batchSize, accumulationSteps, recomputation, loraRank, emaDecay, precision, priorWeight } =
    settings;
  const smaller = Math.max(1, Math.floor(batchSize / 2));
  const batches = Math.ceil((batchSize * accumulationSteps) / smaller);
  const remedies = [
    ...(batchSize > 1
      ? [`a batch size of ${smaller} with gradient accumulation over ${batches} batches`]
      : []),
    ...(recomputation === "off" || (recomputation === "auto" && !isOnProcessor)
      ? ["recomputed activations (recomputation on)"]
      : []),
    ...(loraRank === 0 ? ["low-rank adapters (a LoRA rank of 8)"] : []),
    ...(emaDecay > 0 ? ["no moving average (EMA decay 0)"] : []),
    ...(!isOnProcessor && precision === "float32" ? ["half precision"] : []),
    ...(priorWeight > 0 ? ["no prior preservation"] : []),
  ];
  const other = "close other programs, or use a machine with more memory.";
  if (remedies.length === 0) return `These settings need little memory already: ${other}`;
  return `In this order, these save memory: ${remedies.join("; ")}. Or ${other}`;
}
