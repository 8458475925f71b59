/** The reference of study designs agrees with the program: its example is valid, and the tests it names exist. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { studyDesign } from "@/lib/studies/design/study-design";

const root = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(fileURLToPath(new URL(path, root)), "utf8");
const text = read("docs/reference/study-design.md");

it("shows a design whose every field is the default, and no field is missing", () => {
  const [example] = /```json\n(\{\n {2}"name"[\s\S]*?)```/.exec(text)!.slice(1);
  const written = JSON.parse(example!.replaceAll("…", "0198c0de-0000-7000-8000-000000000000"));
  const design = studyDesign.parse(written);
  expect(written).toEqual(design);
  const { name, criteria, arms } = written;
  expect(
    studyDesign.parse({
      name,
      arms,
      criteria: criteria.map(({ key, question }: Record<string, string>) => ({ key, question })),
    }),
  ).toEqual(design);
});

describe("the complaints about other tools", () => {
  const rows = [...text.matchAll(/^\| (.*) \| (tests\/\S+) \| (.+) \|$/gm)].map((row) => row.slice(1));

  it("are all there", () => {
    const issues = rows.flatMap(([complaint]) => complaint!.match(/[\w-]+#\d+/g) ?? []);
    expect(issues.sort()).toEqual(
      [
        "FastChat#1540",
        "doccano#2251",
        "label-studio#4190",
        "label-studio#5649",
        "label-studio#795",
        "label-studio#8083",
        "label-studio#846",
        "potato#100",
        "potato#80",
        "ray-llm#6",
        "reVISit#1387",
        "reVISit#922",
        "smile#97",
      ].sort(),
    );
  });

  it.each(rows)("“%s” is tested in %s: %s", (_complaint, file, name) => {
    expect(read(file!)).toContain(`("${name}"`);
  });
});
