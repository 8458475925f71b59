/** What the form of a sample set sends: the chosen sampler's own settings, and no other's. */
import { expect, test } from "vitest";
import { startSampleSetInput, toSampleSetInput } from "@/lib/samples/sample-fields";

const values = startSampleSetInput.parse({
  name: "fine-tuned",
  datasetId: "6f1f3c6e-7c58-4f0b-9b0e-3b6f0f6f0b11",
  baseCheckpointId: "6f1f3c6e-7c58-4f0b-9b0e-3b6f0f6f0b12",
  settings: {},
});

test("settings of other samplers stay in the form", () => {
  const everySetting = { ...values.settings, eta: 0.5, solverOrder: 3 };
  const sent = (sampler: "ancestral" | "ddim" | "unipc") => {
    const input = toSampleSetInput({ ...values, settings: { ...everySetting, sampler } });
    return startSampleSetInput.parse(input).settings;
  };
  expect(sent("ddim")).toEqual({ ...values.settings, sampler: "ddim", eta: 0.5 });
  expect(sent("unipc")).toEqual({ ...values.settings, sampler: "unipc", solverOrder: 3 });
  expect(sent("ancestral")).toEqual({ ...values.settings, sampler: "ancestral" });
});

test("a wrong value of the chosen sampler is rejected at its field", () => {
  const input = toSampleSetInput({
    ...values,
    settings: { ...values.settings, sampler: "unipc", solverOrder: 4 },
  });
  const { issues } = startSampleSetInput.safeParse(input).error!;
  expect(issues).toMatchObject([{ path: ["settings", "solverOrder"], message: "2 or 3." }]);
});
