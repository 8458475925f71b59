/** Which settings a continued run must share with its beginning. */
import { expect, test } from "vitest";
import { settingsThatDecideWeights } from "@/lib/diffusion/training/training-settings";
import { smallSettings } from "./small-run";

test("a run of a version that knew no floor is the same as one without a floor", () => {
  const { snrFloor: _absent, ...earlier } = smallSettings;
  expect(settingsThatDecideWeights({ ...smallSettings, snrFloor: 0 })).toEqual(
    settingsThatDecideWeights(earlier as typeof smallSettings & { snrFloor: undefined }),
  );
});
