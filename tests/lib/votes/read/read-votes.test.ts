import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { SemblanceError } from "@/lib/errors";
import { parseVotes, type ReadVotesOptions, readVotes } from "@/lib/votes/read/read-votes";
import { readColumnMapping } from "@/lib/votes/read/vote-layout";
import { sharedPath } from "@/tests/shared";

const header = "caption,rater,left,right,winner\n";
const parse = (text: string, options: ReadVotesOptions = {}, name = "votes.csv") =>
  parseVotes(Buffer.from(text), name, options);
const refusal = (text: string, options?: ReadVotesOptions) => {
  try {
    parse(text, options);
  } catch (error) {
    return error as SemblanceError;
  }
  throw new Error("It was read.");
};
const only = (text: string, options?: ReadVotesOptions) => {
  const { questions, notes } = parse(text, options);
  expect(questions).toHaveLength(1);
  return { ...questions[0]!, notes };
};
/** "caption rater left>right winner" of every answer to pairs. */
const told = (text: string, options?: ReadVotesOptions) =>
  only(text, options).answers.map(
    (answer) =>
      `${answer.caption} ${answer.rater} ${answer.shown.join(">")} ${answer.type === "pair" ? answer.winner : ""}`,
  );

describe("votes from CSV", () => {
  test("are read with any order of columns, extra columns, quotes, a byte order mark and Windows line ends", () => {
    expect(
      told(
        "\uFEFFwinner,latency,Right,left,rater,caption\r\n" +
          'right,900,real,original,r1,"a dog, ""sitting""\non grass"\r\n' +
          " tie ,800,original,real,r2,a cat\r\n",
      ),
    ).toEqual(['a dog, "sitting"\non grass r1 original>real right', "a cat r2 real>original tie"]);
  });

  const two = [
    ["caption", "rater", "left", "right", "winner"],
    ["a dog, sitting", "r1", "x", "y", "left"],
    ["cat", "r2", "y", "x", "both_bad"],
  ];
  const expected = ["a dog, sitting r1 x>y left", "cat r2 y>x both_bad"];
  const joined = (separator: string, end = "\n") =>
    two
      .map((row) => row.map((cell) => (cell.includes(separator) ? `"${cell}"` : cell)).join(separator) + end)
      .join("");

  test.each([
    ["semicolons", joined(";")],
    ["tabs", joined("\t")],
    ["semicolons that a spreadsheet names", `sep=;\r\n${joined(";", "\r\n")}`],
    ["a spreadsheet's empty last columns and rows", `${joined(",", ",,\n")},,,,,,\n,,,,,,\n`],
    ["blank lines", `\n\n${joined(",", "\n\n")}  \n`],
    ["only carriage returns", joined(",", "\r")],
    ["line ends of two kinds", joined(",").replace("\n", "\r\n")],
    ["quoted column names", joined(",").replace(/^.*\n/, '"caption","rater","left","right","winner"\n')],
  ])("are read with %s", (_, text) => {
    expect(told(text)).toEqual(expected);
  });

  test("are read in UTF-16, as spreadsheets save Unicode text", () => {
    const text = `\uFEFF${joined("\t").replace("dog", "дог")}`;
    for (const bytes of [Buffer.from(text, "utf16le"), Buffer.from(text, "utf16le").swap16()]) {
      expect(parseVotes(bytes, "votes.txt").questions[0]!.answers[0]!.caption).toBe("a дог, sitting");
    }
  });

  test("take away the apostrophe that protects from formulas, and no other", () => {
    const text = `${header}'=a,r1,'@x,''-y,left\n'quoted',r1,'=1,'s Hertogenbosch,left\n`;
    expect(told(text)).toEqual(["=a r1 @x>'-y left", "'quoted' r1 =1>'s Hertogenbosch left"]);
  });

  test("are one arm, caption or rater however an é is composed", () => {
    const { answers } = only(`${header}café,André,café,b,left\ncafe\u0301,Andre\u0301,b,cafe\u0301,left\n`);
    expect(new Set(answers.map(({ caption }) => caption)).size).toBe(1);
    expect(new Set(answers.map(({ rater }) => rater)).size).toBe(1);
    expect(new Set(answers.flatMap(({ shown }) => shown)).size).toBe(2);
  });

  test("count a row that is a copy of an earlier one once, and say so", () => {
    const { answers, notes } = only(`${header}a,r1,x,y,left\nb,r1,x,y,left\na,r1,x,y,left\na,r1,y,x,left\n`);
    expect(answers).toHaveLength(3);
    expect(notes).toEqual([
      "1 row is a copy of earlier ones in every column and was counted once; the first is line 4, a copy of line 2.",
    ]);
  });

  test("name every bad row by the line on which it begins", () => {
    const error = refusal(
      `${header}a,r1,x,y,left\n"b\nb",r1,x,x,left\n\nc,r1,x,y,up\nd,r1,x\n,r1,x,y,tie\ne,r1,x,y,tie\n`,
    );
    expect(error.code).toBe("invalid_file");
    expect(error.message).toBe("votes.csv has 4 bad of 6 rows.");
    expect(error.details).toEqual({
      badRowCount: 4,
      badRows: [
        { line: 3, reason: 'left and right are both "x"' },
        { line: 6, reason: expect.stringContaining('unknown winner "up" (use left, right, tie, both_bad') },
        { line: 7, reason: "right, winner are empty" },
        { line: 8, reason: "caption is empty" },
      ],
    });
  });

  test("list the first twenty bad rows and count the others", () => {
    const error = refusal(header + "a,r1,x,x,left\n".repeat(50));
    expect(error.details!.badRowCount).toBe(50);
    expect((error.details!.badRows as { line: number }[]).map(({ line }) => line)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 2),
    );
  });

  test.each([
    ["", /votes.csv is empty/],
    ["\n\n", /votes.csv is empty/],
    [",,,\n", /votes.csv is empty/],
    [header, /has a header but no votes/],
    ["a;b;c\n1;2;3\n", /Line 1 of votes.csv lacks the columns caption, rater, left, right, winner/],
    ["caption,rater,left,right\na,b,c,d\n", /Line 1 of votes.csv lacks the column winner/],
    ["caption,rater,left,right,winner,Winner\na,b,c,d,left,right\n", /names the column winner twice/],
    [`${header}a,r1,x,y,left\nb,"r1,x,y,left\n`, /not valid CSV on line 3/],
    ["prompt,arm,score\na,b,3\n", /lacks the column rater/],
    ['{"left": "a"\n', /not valid JSON on line 1/],
    ['[{"left": "a"}, 3]', /record 2 is not a JSON object/],
    ["[]", /votes.csv is empty/],
  ])("%j is refused as a whole", (text, message) => {
    expect(refusal(text).message).toMatch(message);
  });

  test("in another encoding are named by line, not read as names that may coincide", () => {
    const text = `${header}café,r1,x,y,left\ncafè,r1,x,y,left\ntea,r1,x,y,left\n`;
    expect(() => parseVotes(Buffer.from(text, "latin1"), "votes.csv")).toThrow(
      expect.objectContaining({
        details: {
          badRowCount: 2,
          badRows: [
            { line: 2, reason: "caption contains characters that are not UTF-8" },
            { line: 3, reason: "caption contains characters that are not UTF-8" },
          ],
        },
      }),
    );
  });

  test("a missing file and a folder are named", async () => {
    await expect(readVotes("/nowhere/votes.csv")).rejects.toMatchObject({
      code: "not_found",
      message: "There is no file /nowhere/votes.csv.",
    });
    await expect(readVotes("/")).rejects.toMatchObject({ code: "invalid_file" });
  });
});

describe("votes of other tools", () => {
  const battles = [
    { model_a: "x", model_b: "y", winner: "model_a", judge: "u1", question_id: "q1" },
    { model_a: "y", model_b: "x", winner: "tie (bothbad)", judge: "u2", question_id: "q1" },
    { model_a: "x", model_b: "y", winner: "tie (both bad)", judge: "u2", question_id: "q2" },
    { model_a: "x", model_b: "y", winner: "tie", judge: "u1", question_id: "q2" },
    { model_a: "y", model_b: "x", winner: "model_b", judge: "u3", question_id: "q3" },
  ];
  const columns = Object.keys(battles[0]!) as (keyof (typeof battles)[number])[];
  const csv = [
    columns.join(","),
    ...battles.map((battle) => columns.map((column) => battle[column]).join(",")),
  ];
  const expected = [
    "q1 u1 x>y left",
    "q1 u2 y>x both_bad",
    "q2 u2 x>y both_bad",
    "q2 u1 x>y tie",
    "q3 u3 y>x right",
  ];

  test.each([
    ["CSV", csv.join("\n")],
    ["JSON", JSON.stringify(battles.map((battle) => ({ ...battle, conversation_a: [{ role: "user" }] })))],
    ["JSON lines", battles.map((battle) => `${JSON.stringify(battle)}\n`).join("\n")],
  ])("are read from Arena's %s", (_, text) => {
    expect(told(text)).toEqual(expected);
    expect(parse(text).notes).toEqual([]);
  });

  test("are taken one by one where Arena names neither prompt nor person, and equal rows are not copies", () => {
    const { answers, notes } = only("model_a,model_b,winner\nx,y,model_a\nx,y,model_a\ny,x,tie\n");
    expect(new Set(answers.map(({ caption }) => caption)).size).toBe(3);
    expect(new Set(answers.map(({ rater }) => rater)).size).toBe(3);
    expect(notes).toEqual([expect.stringContaining("names no captions and no raters")]);
    expect(parse("model_a,model_b,winner\nx,y,tie\n").names).toEqual({ captions: false, raters: false });
  });

  test("take the name of an arm for the arm, where columns call the sides left and right", () => {
    expect(told(`${header}c1,r1,b,a,a\nc2,r1,a,b,A\nc3,r1,model_b,model_a,model_a\n`)).toEqual([
      "c1 r1 b>a right",
      "c2 r1 a>b left",
      "c3 r1 model_b>model_a right",
    ]);
  });

  test("are rejected where a winner is a side and the name of the arm on the other", () => {
    const error = refusal("model_a,model_b,winner\nx,y,model_a\nmodel_b,model_a,model_a\n");
    expect(error.details).toMatchObject({
      badRows: [{ line: 3, reason: expect.stringContaining("use left and right") }],
      badRowCount: 1,
    });
  });

  test("say what is wrong on one line, whatever a cell holds", () => {
    const { badRows } = refusal(`${header}c,r,a,b,"may\nbe"\n`).details as { badRows: { reason: string }[] };
    expect(badRows[0]!.reason).toContain('"may be"');
  });

  test("as one JSON object are rejected for that, not for its first line", () => {
    const text = JSON.stringify({ votes: [{ model_a: "x", model_b: "y", winner: "model_a" }] }, null, 1);
    expect(refusal(text).message).toContain("is one JSON object");
  });

  test("may name the winner", () => {
    expect(told(`${header}a,r,x,y,y\nb,r,x,y,x\n`)).toEqual(["a r x>y right", "b r x>y left"]);
  });

  test("are read by a mapping of columns", () => {
    const text = "prompt text,who,first,second,better\na,r,x,y,left\n";
    expect(refusal(text).remedy).toContain("--columns caption=NAME");
    const mapping = "caption=prompt text,rater=who,left=first,right=second,winner=better";
    expect(told(text, { columns: readColumnMapping(mapping) })).toEqual(["a r x>y left"]);
    expect(refusal(text, { columns: readColumnMapping(`${mapping.replace("who", "whom")}`) })).toMatchObject({
      message: "The file has no column “whom” for rater.",
      remedy: "It has prompt text, who, first, second, better.",
    });
    for (const wrong of ["caption", "capton=prompt", "caption="]) {
      expect(() => readColumnMapping(wrong)).toThrow("--columns cannot be read");
    }
  });

  test("hold scores, one table per question", () => {
    const { questions } = parse(
      "model,prompt,annotator,aspect,rating\nx,a,r1,fit,5\ny,a,r1,fit,0\nx,a,r1,looks,3\n",
    );
    expect(questions.map(({ question, type, answers }) => [question, type, answers.length])).toEqual([
      ["fit", "likert", 2],
      ["looks", "likert", 1],
    ]);
    expect(questions[0]!.answers[1]).toEqual({
      type: "likert",
      caption: "a",
      rater: "r1",
      shown: ["y"],
      score: 0,
    });
    expect(refusal("arm,caption,rater,score\nx,a,r1,good\n").details!.badRows).toEqual([
      { line: 2, reason: 'score is "good" (use a whole number, 0 to 100)' },
    ]);
  });
});

describe("files that went wrong", () => {
  const read = (name: string) => {
    const path = sharedPath(name);
    return path === null ? null : parseVotes(readFileSync(path), name);
  };

  test("a spreadsheet's semicolons are read", ({ skip }) => {
    const file = read("cases/votes/semicolons.csv");
    if (!file) return skip();
    expect(file.questions[0]!.answers).toHaveLength(4);
    expect(file.notes).toEqual([]);
  });

  test("two questions of a release stay two, with arms named as in the study", ({ skip }) => {
    const file = read("cases/votes/two-questions-pooled.csv");
    if (!file) return skip();
    expect(file.questions.map(({ question, answers }) => [question, answers.length])).toEqual([
      ["look", 3],
      ["sim", 4],
    ]);
    const arms = new Set(file.questions.flatMap(({ answers }) => answers.flatMap(({ shown }) => shown)));
    expect(arms).toEqual(new Set(["=1+1 armA", 'arm, "B"']));
  });

  test("published scores have their published means", ({ skip }) => {
    const file = read("ratings/dsg-tifa160.csv");
    const expected = sharedPath("ratings/dsg-tifa160.expected.json");
    if (!file || !expected) return skip();
    const { questions, notes } = file;
    expect(notes).toEqual([]);
    expect(questions).toHaveLength(1);
    const { mean, count } = JSON.parse(readFileSync(expected, "utf8"));
    for (const arm of Object.keys(mean)) {
      const scores = questions[0]!.answers.flatMap((answer) =>
        answer.type === "likert" && answer.shown[0] === arm ? [answer.score] : [],
      );
      expect(scores).toHaveLength(count[arm]);
      expect(scores.reduce((sum, score) => sum + score, 0) / scores.length).toBeCloseTo(mean[arm], 12);
    }
  });
});

describe("files of Semblance that were changed", () => {
  const columns = [
    "caption",
    "rater",
    "winner",
    "criterion",
    "question_type",
    "shown",
    "score",
    "ranking",
    "best",
    "worst",
  ];
  const file = (cells: Partial<Record<string, string>>, extra: readonly string[] = []) => {
    const names = [...columns, ...extra, "row_sha256"];
    const row = { caption: "c", rater: "r", criterion: "q", ...cells } as Record<string, string>;
    const quoted = names.map((name) => `"${(row[name] ?? "").replaceAll('"', '""')}"`);
    return `${names.join(",")}\n${quoted.join(",")}\n`;
  };
  const shown = '["x","y","z"]';

  test.each([
    ["a score that is none", { question_type: "likert", shown: '["x"]', score: "high" }],
    ["a ranking of other arms", { question_type: "ranking", shown, ranking: '["x","y","w"]' }],
    ["a ranking without one", { question_type: "ranking", shown, ranking: '["x","y"]' }],
    ["a best that was not shown", { question_type: "best-worst", shown, best: "w", worst: "x" }],
    ["one arm as best and worst", { question_type: "best-worst", shown, best: "x", worst: "x" }],
    ["a pair of one arm", { question_type: "pair", shown: '["x","x"]', winner: "left" }],
    ["no list of arms", { question_type: "pair", shown: '"x"', winner: "left" }],
  ])("are refused by row with %s", (_, cells) => {
    expect(refusal(file(cells)).details).toMatchObject({ badRows: [{ line: 2 }], badRowCount: 1 });
  });

  test("are read without the columns that a ranking does not need, and their names in any case", () => {
    const text = file({ question_type: "pair", shown: '["x","y"]', winner: "left" });
    const { answers, notes } = only(text.replace("caption,rater", "Caption,RATER"));
    expect(answers).toMatchObject([{ caption: "c", rater: "r", winner: "left" }]);
    expect(notes).toEqual([expect.stringContaining("changed after it was written")]);
  });

  test("are rejected by the columns that are needed", () => {
    const text = file({ question_type: "likert", shown: '["x"]', score: "3" }).replace("score", "points");
    expect(refusal(text).message).toContain("lacks the column score");
  });
});
