import { expect, test } from "vitest";
import { memoryRemedy } from "@/jobs/estimate-run/memory-remedy";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";

const settings = fineTuneSettings.parse({ batchSize: 6 });

test("what saves memory is named, unless the run does it already", () => {
  expect(memoryRemedy({ ...settings, recomputation: "off" }, true)).toBe(
    "In this order, these save memory: a batch size of 3 with gradient accumulation over 2 batches; recomputed activations (recomputation on); low-rank adapters (a LoRA rank of 8); no moving average (EMA decay 0). Or close other programs, or use a machine with more memory.",
  );
  expect(memoryRemedy(settings, false)).toContain("half precision");
  // On a processor, activations are recomputed where memory is scarce.
  expect(memoryRemedy(settings, true)).not.toContain("recomputed");
  const spare = { ...settings, batchSize: 1, recomputation: "on", loraRank: 4, emaDecay: 0 } as const;
  expect(memoryRemedy(spare, true)).toBe(
    "These settings need little memory already: close other programs, or use a machine with more memory.",
  );
});
