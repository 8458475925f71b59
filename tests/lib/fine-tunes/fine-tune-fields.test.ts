/** What the form of a fine-tune sends. */
import { expect, test } from "vitest";
import { type FineTuneValues, startFineTuneInput, toFineTuneInput } from "@/lib/fine-tunes/fine-tune-fields";
import { runEvaluation } from "@/lib/fine-tunes/run-evaluation";

const { evaluation: _none, ...started } = startFineTuneInput.parse({
  name: "dogs",
  datasetId: "6f1f3c6e-7c58-4f0b-9b0e-3b6f0f6f0b11",
  settings: {},
});
const values: FineTuneValues = { ...started, evaluation: runEvaluation.parse({ atEpochs: [2, 4] }) };

test("an evaluation without epochs is ignored", () => {
  expect(toFineTuneInput(values).evaluation).toMatchObject({ atEpochs: [2, 4] });
  const without = { ...values, evaluation: { ...values.evaluation, atEpochs: [], metrics: [] } };
  expect(startFineTuneInput.parse(toFineTuneInput(without)).evaluation).toBeNull();
});

test("a model that has not been chosen yet is required; “none” trains from scratch", () => {
  const of = (startCheckpointId: string | null) =>
    startFineTuneInput.safeParse(toFineTuneInput({ ...values, startCheckpointId }));
  expect(of(null).success).toBe(true);
  expect(of("").error!.issues).toMatchObject([{ path: ["startCheckpointId"], message: "Choose a model." }]);
});
