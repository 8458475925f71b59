/** The reference is complete and up to date, and the commands shown in documents are valid. */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { describeVerbs } from "@/cli/semblance";
import { dataPaths } from "@/lib/env";
import { help as startHelp } from "@/scripts/start-options";
import { findRoutes } from "@/tests/browser/routes";
import { allDocuments, readDocument, root, splitFences, tableRows } from "./markdown";

const cli = describeVerbs(() => async () => {});
const verbs = new Map(
  cli.commands.filter(({ name }) => name !== "").map((command) => [command.name, command]),
);

describe("docs/reference/commands.md", () => {
  const rows = tableRows(readDocument("docs/reference/commands.md"));
  /** "`import FOLDER`, `datasets list`": the first code span of a cell always begins with a verb. */
  const listed = rows.flatMap(([first]) =>
    [...first!.matchAll(/`([a-z-]+)[^`]*`/g)].map(([, word]) => word!),
  );

  test("has a row for every verb", () => {
    for (const name of verbs.keys()) expect(listed, name).toContain(name);
  });

  test("every row begins with an existing verb", () => {
    const begins = rows.flatMap(([first]) => /^`([a-z-]+)/.exec(first!)?.[1] ?? []);
    for (const name of begins) expect([...verbs.keys()]).toContain(name);
  });

  test("names every action of a verb that has several", () => {
    for (const command of verbs.values()) {
      if (!/<verb>|<action>/.test(command.rawName)) continue;
      const row = rows.map(([first]) => first!).find((cell) => cell.includes(`\`${command.name} `)) ?? "";
      const actions =
        command.description.match(/^[^:]*?(?= of | sample sets| fine-tunes| jobs|:|$)/)?.[0] ?? "";
      const words = [...actions.matchAll(/(?<![A-Za-z])[a-z]{3,}/g)].map(([word]) => word);
      for (const action of words)
        expect(row, `${command.name} ${action}`).toMatch(new RegExp(`\\b${action}\\b`));
    }
  });
});

test("docs/reference/api.md has every route with its methods, and no other", () => {
  const routes = findRoutes()
    .filter(({ kind }) => kind === "handler")
    .flatMap(({ pattern, methods }) => methods.map((method) => `${method} ${pattern}`));
  const listed = tableRows(readDocument("docs/reference/api.md")).flatMap(([methods, address]) =>
    address!.startsWith("`/")
      ? methods!.split(", ").map((method) => `${method} ${address!.replaceAll("`", "")}`)
      : [],
  );
  expect(routes.length).toBeGreaterThan(10);
  expect(listed.sort()).toEqual(routes.sort());
});

describe("docs/reference/settings.md", () => {
  const cells = tableRows(readDocument("docs/reference/settings.md")).map(([first]) => first!);

  test("has every environment variable, and no other", () => {
    const source = readFileSync(join(root, "lib/env.ts"), "utf8");
    const variables = [...source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => `\`${name}\``);
    expect(variables).toContain("`DATABASE_URL`");
    expect(cells.filter((cell) => /^`[A-Z_]+`$/.test(cell)).sort()).toEqual(variables.sort());
  });

  test("has every part of the data folder", () => {
    for (const path of Object.values(dataPaths("/data"))) {
      const name = relative("/data", path);
      if (!name.startsWith(".."))
        expect(cells.map((cell) => cell.replace("/`", "`"))).toContain(`\`${name}\``);
    }
  });

  test("has every option of npm start", () => {
    const options = [...startHelp.matchAll(/^ {2}(--[a-z-]+(?: [A-Z]+)?)/gm)].map(([, option]) => option!);
    expect(options.length).toBeGreaterThan(3);
    for (const option of options) expect(cells).toContain(`\`${option}\``);
  });
});

describe("commands in documents", () => {
  const commands = allDocuments().flatMap((document) =>
    splitFences(document, ["sh", ""]).blocks.flatMap((block) =>
      block
        .replaceAll(/\\\n\s*/g, "")
        .split("\n")
        .filter((line) => /^\s*npx semblance /.test(line))
        .map((line) => ({ file: document.file, line: line.trim().replace(/\s+#.*$/, "") })),
    ),
  );

  test("are many", () => expect(commands.length).toBeGreaterThan(40));

  test.each(commands)("$file: $line", ({ line }) => {
    const words = line.match(/"[^"]*"|\S+/g)!.slice(2);
    if (words[0] === "--help") return;
    const command = verbs.get(words[0]!);
    expect(command, `the verb ${words[0]}`).toBeDefined();
    const known = [...command!.options, ...cli.globalCommand.options].flatMap(({ rawName }) =>
      rawName.split(/[\s,]+/).filter((name) => name.startsWith("-")),
    );
    for (const word of words.filter((each) => /^--?[a-z]/.test(each))) {
      expect(known, `${word} of ${words[0]}`).toContain(word);
    }
  });
});
