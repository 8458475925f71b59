/**
 * A statement takes 65,535 parameters at most. Prisma splits lists of `in` where rows are found, changed or made, but neither `notIn`
 * nor what is counted: there, every list must be known to be short. (Prisma 7.10, tried with 70,000 ids.)
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Files with such a list, and what it holds. */
const short: Record<string, string> = {
  "jobs/evaluate/subject.ts": "the evaluations on a page of jobs",
  "lib/dashboard/remove-demo.ts": "the demo's own sample sets",
  "lib/studies/checks/list-check-images.ts": "the datasets of a study's arms",
};

const sources = ["lib", "jobs", "app", "cli", "workers", "web", "pages", "components"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => /\.tsx?$/.test(path) && !path.includes("generated")),
);

/** `["QUEUED", "RUNNING"]`, or the name of a constant in the file. */
const isWritten = (list: string, text: string) =>
  /^\[\s*"/.test(list) || new RegExp(`const ${/\w+/.exec(list)?.[0]} = \\[`).test(text);

it("lists that Prisma does not split are short", () => {
  const found = new Set<string>();
  for (const path of sources) {
    const text = readFileSync(path, "utf8");
    for (const [, list] of text.matchAll(/\bnotIn: (.{1,40})/g)) if (!isWritten(list!, text)) found.add(path);
    for (const [, where] of text.matchAll(/\.(?:count|aggregate|groupBy)\(\{([\s\S]*?)\}\)/g)) {
      for (const [, list] of where!.matchAll(/\bin: (.{1,40})/g)) {
        if (!isWritten(list!, text)) found.add(path);
      }
    }
  }
  expect([...found].sort()).toEqual(Object.keys(short).sort());
});
