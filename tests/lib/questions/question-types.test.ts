/** A question type is one folder and one line in the registry: nothing else names it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { questionTypeNames, questionTypes, toQuestionTypeName } from "@/lib/questions/question-types";
import { raterQuestions, registry } from "@/lib/questions/registry";

/** The texts that raters read. */
const stringTables = ["components/rating/strings/en.ts", "components/rating/strings/de.ts"];

/** The word in another sense. */
const otherWords: Record<string, readonly string[]> = {
  "components/leaderboard/differences-table.tsx": ['key: "pair"'],
  // Columns of other tools' files.
  "lib/votes/read/file-kinds.ts": ['"ranking"'],
  "lib/votes/read/vote-fields.ts": ['"ranking"'],
  "lib/votes/read/vote-layout.ts": ['"ranking"'],
  "components/leaderboard/metric-agreement-table.tsx": ['=== 1 ? "pair" : "pairs"'],
};

const rooms = ["app", "cli", "components", "lib", "pages", "prisma", "web", "workers"];

function codeIn(room: string): string[] {
  if (!existsSync(room)) return [];
  return readdirSync(room, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|tsx|prisma)$/.test(name))
    .map((name) => `${room}/${name}`);
}

describe("the names of question types", () => {
  it("are those of the folders, each of which the registry lists once", () => {
    const folders = readdirSync("lib/questions", { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(registry.map(({ name }) => name).sort()).toEqual(folders.sort());
    for (const folder of folders) {
      const naming = codeIn("lib/questions").filter((path) =>
        readFileSync(path, "utf8").includes(`from "./${folder}"`),
      );
      expect(naming).toEqual(["lib/questions/registry.ts"]);
    }
  });

  it("are only in their folders and the raters' texts", () => {
    const spelled = questionTypeNames.flatMap((name) => [name, name.toUpperCase().replaceAll("-", "_")]);
    const quoted = new RegExp(`(["'\`])(${spelled.join("|")})\\1`);
    const found: string[] = [];
    for (const path of rooms.flatMap(codeIn)) {
      const isOwn = questionTypeNames.some((name) => path.startsWith(`lib/questions/${name}/`));
      if (isOwn || stringTables.includes(path) || path.startsWith("lib/generated/")) continue;
      const allowed = otherWords[path] ?? [];
      readFileSync(path, "utf8")
        .split("\n")
        .forEach((line, index) => {
          if (quoted.test(line) && !allowed.some((text) => line.includes(text))) {
            found.push(`${path}:${index + 1}: ${line.trim()}`);
          }
        });
    }
    expect(found).toEqual([]);
  });

  it("are rejected if they are unknown", () => {
    expect(() => toQuestionTypeName("mind-reading")).toThrow(/no question type “mind-reading”/);
  });
});

describe.each(questionTypeNames)("%s", (name) => {
  it("can be answered on the screen by buttons or by taps", () => {
    const { buttons, taps } = raterQuestions[name].screen;
    expect([buttons, taps].filter((way) => way !== undefined)).toHaveLength(1);
  });

  it("shows as many images as it plans to", () => {
    const { plan } = questionTypes[name];
    for (const arms of [plan.fewestArms, 9]) {
      const sets = plan.sets(arms, null, () => Array.from({ length: arms }, (_, arm) => arm));
      expect(sets).toHaveLength(plan.itemsPerCaption(arms, null));
      for (const set of sets) {
        expect(set.length).toBeGreaterThanOrEqual(plan.images.least);
        expect(set.length).toBeLessThanOrEqual(plan.images.most);
      }
    }
  });
});
