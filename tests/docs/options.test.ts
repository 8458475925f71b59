/** docs/reference/options.md lists every option of training and sampling, and every sampler, as the program has them. */
import { expect, test } from "vitest";
import { sampleOptionNames, toOption, trainOptionNames } from "@/cli/setting-options";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { readDocument, tableRows } from "./markdown";
import { tables } from "./options-tables";

const document = readDocument("docs/reference/options.md");

test.each(tables)("the table of %s is what the program says", (_, rows) => {
  expect(document.text).toContain(rows().join("\n"));
});

test("there is no row for a removed option", () => {
  const known = [
    ...Object.keys(fineTuneSettings.shape).map((name) => toOption(trainOptionNames[name] ?? name)),
    ...Object.keys(sampleSettings.shape).map((name) => toOption(sampleOptionNames[name] ?? name)),
  ].map((option) => `\`--${option}\``);
  const listed = tableRows(document).flatMap(([first]) => (first!.startsWith("`--") ? [first!] : []));
  expect(listed.length).toBeGreaterThan(25);
  for (const option of listed) expect(known).toContain(option);
});
