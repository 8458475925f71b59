/**
 * docs/metrics.md lists every metric as the catalogue has it. `npx vitest run tests/docs/metrics.test.ts -u` rewrites its
 * table.
 */
import { expect, test } from "vitest";
import { describeFeatures } from "@/lib/metrics/catalogue/feature-spec";
import { metricCatalogue, metricNames } from "@/lib/metrics/catalogue/metric-catalogue";
import type { MetricEntry } from "@/lib/metrics/catalogue/metric-entry";
import { readDocument, tableRows } from "./markdown";

const document = readDocument("docs/metrics.md");

function neededBesides({ comparesWithReal, comparesPairs, captionPrefix }: MetricEntry): string {
  if (comparesPairs) return "captions and their photographs";
  if (captionPrefix !== undefined)
    return captionPrefix === "" ? "captions" : `captions, after "${captionPrefix}"`;
  return comparesWithReal ? "real images" : "";
}

test("the table of metrics agrees with the catalogue", async () => {
  const rows = metricNames.map((name) => {
    const entry: MetricEntry = metricCatalogue[name];
    const cells = [
      `\`${name}\``,
      entry.computes,
      `${entry.better}; ${entry.range}`,
      entry.per,
      describeFeatures(entry.features),
      neededBesides(entry),
      entry.reference,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const table = /(?<=^[|] name [|] computes [|].*\n[|][-| ]+[|]\n)([|].*\n)*/m;
  expect(document.text).toMatch(table);
  const written = document.text.replace(table, () => `${rows.join("\n")}\n`);
  await expect(written).toMatchFileSnapshot("../../docs/metrics.md");
});

test("there is no row for a removed metric", () => {
  const columns = tableRows(document).find(([first]) => first === "name")!.length;
  const listed = tableRows(document).filter((row) => row.length === columns && row[0]!.startsWith("`"));
  expect(listed.map(([name]) => name)).toEqual(metricNames.map((name) => `\`${name}\``));
});
