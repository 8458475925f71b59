/** Decisions are numbered without a gap; file, title and list agree. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readDocument, root } from "./markdown";

const files = readdirSync(join(root, "docs/decisions"))
  .filter((name) => name !== "README.md")
  .sort();

test("are numbered without a gap", () => {
  expect(files.map((name) => Number(name.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
});

test.each(files)("%s has its title and number in the list", (name) => {
  const [, number, title] = /^# (\d+)\. (.+)\n/.exec(readDocument(`docs/decisions/${name}`).text)!;
  expect(Number(number)).toBe(Number(name.slice(0, 4)));
  expect(readDocument("docs/decisions/README.md").text).toContain(`\n${number}. [${title}](${name})\n`);
});
