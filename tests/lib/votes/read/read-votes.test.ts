import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { SemblanceError } from "@/lib/errors";
import { createRandom } from "@/lib/statistics/random";
import { parseVotes, type ReadVotesOptions, readVotes } from "@/lib/votes/read/read-votes";
import { readColumnMapping, readScale } from "@/lib/votes/read/vote-fields";
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
const firstFault = (text: string, options?: ReadVotesOptions) =>
  (refusal(text, options).details as { badRows: { reason: string }[] }).badRows[0]!.reason;
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

  test("remove only the apostrophe that protects from formulas", () => {
    const text = `${header}'=a,r1,'@x,''-y,left\n'quoted',r1,'=1,'s Hertogenbosch,left\n`;
    expect(told(text)).toEqual(["=a r1 @x>'-y left", "'quoted' r1 =1>'s Hertogenbosch left"]);
  });

  test("treat composed and decomposed é as the same name", () => {
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

  test("in another encoding are rejected by line, not read as names that may coincide", () => {
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

  test("with NUL characters are no text files", () => {
    expect(refusal(`${header}a,r1,x,y,left\nb\0,r1,x,y,left\n`)).toMatchObject({
      message: "votes.csv contains NUL characters, the first on line 3.",
      remedy: expect.stringContaining("Save it as UTF-8"),
    });
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
    expect(parse(text).notes).toEqual([
      expect.stringMatching(/^2 votes say that both are bad. This is not a tie here.*--both-bad tie/),
    ]);
    const asTies = only(text, { isBothBadTie: true });
    expect(asTies.answers.map((answer) => answer.type === "pair" && answer.winner)).toEqual([
      "left",
      "tie",
      "tie",
      "tie",
      "right",
    ]);
    expect(asTies.notes).toEqual(["2 votes say that both are bad: counted as ties, as requested."]);
  });

  test("are independent if Arena names neither prompt nor person, and equal rows are not copies", () => {
    const { answers, notes } = only("model_a,model_b,winner\nx,y,model_a\nx,y,model_a\ny,x,tie\n");
    expect(new Set(answers.map(({ caption }) => caption)).size).toBe(3);
    expect(new Set(answers.map(({ rater }) => rater)).size).toBe(3);
    expect(notes).toEqual([expect.stringContaining("names no captions and no raters")]);
    expect(parse("model_a,model_b,winner\nx,y,tie\n").names).toEqual({ captions: false, raters: false });
  });

  test("read an arm's name as the arm if columns call the sides left and right", () => {
    expect(told(`${header}c1,r1,b,a,a\nc2,r1,a,b,A\nc3,r1,model_b,model_a,model_a\n`)).toEqual([
      "c1 r1 b>a right",
      "c2 r1 a>b left",
      "c3 r1 model_b>model_a right",
    ]);
  });

  test("are rejected if a winner is both a side and the name of the arm on the other side", () => {
    const error = refusal("model_a,model_b,winner\nx,y,model_a\nmodel_b,model_a,model_a\n");
    expect(error.details).toMatchObject({
      badRows: [{ line: 3, reason: expect.stringContaining("use left and right") }],
      badRowCount: 1,
    });
  });

  test("have errors on one line, whatever a cell contains", () => {
    const { badRows } = refusal(`${header}c,r,a,b,"may\nbe"\n`).details as { badRows: { reason: string }[] };
    expect(badRows[0]!.reason).toContain('"may be"');
  });

  test("as one JSON object are rejected with a suitable message", () => {
    const vote = { model_a: "x", model_b: "y", winner: "model_a" };
    expect(refusal(JSON.stringify(vote, null, 1)).message).toContain("is one JSON object");
    for (const whole of [{ votes: [vote] }, { first: vote, second: { ...vote, winner: "tie" } }]) {
      expect(told(JSON.stringify(whole, null, 1))[0]).toBe("vote 1 vote 1 x>y left");
    }
  });

  test("have a winner by what speaks for each side, as labels, votes or shares", () => {
    const labels = "caption,user_id,model_0,model_1,label_0,label_1\na,r,x,y,1.0,0.0\nb,r,y,x,0.5,0.5\n";
    expect(told(labels)).toEqual(["a r x>y left", "b r y>x tie"]);
    const arena =
      "prompt,judge,model_a,model_b,winner_model_a,winner_model_b,winner_tie\na,r,x,y,0,1,0\nb,r,x,y,0,0,1\n";
    expect(told(arena)).toEqual(["a r x>y right", "b r x>y tie"]);
    const weighed = "prompt,model1,model2,for1,for2\na,x,y,3.2,6.8\n";
    const columns = readColumnMapping("winner=for1,winner=for2,rater=none");
    expect(told(weighed, { columns })).toEqual(["a vote 2 x>y right"]);
    expect(parse(weighed, { columns }).notes).toContainEqual(
      expect.stringContaining("1 row weighs the two sides"),
    );
    expect(refusal(`${labels}c,r,x,y,0,0\nd,r,x,y,-1,0\n`).details!.badRows).toEqual([
      { line: 4, reason: "none of the columns of winners holds more than 0" },
      { line: 5, reason: expect.stringContaining('"-1" speaks for no side') },
    ]);
  });

  test("have sides that are numbered, and the words of arenas of images", () => {
    const numbered = "prompt,rater,model_1,model_2,winner\na,r,x,y,1\nb,r,x,y,model_2\nc,r,x,y,image 1\n";
    expect(told(numbered)).toEqual(["a r x>y left", "b r x>y right", "c r x>y left"]);
    expect(firstFault(`${numbered}d,r,x,y,0\n`)).toContain('unknown winner "0"');
    const words = "prompt,rater,left_model,right_model,vote_type\n";
    const votes = ["leftvote", "B>A", "A=B=Good", "A=B=Bad", "tievote", "bothbad_vote"];
    expect(told(words + votes.map((vote, i) => `p${i},r,x,y,${vote}\n`).join(""))).toEqual([
      "p0 r x>y left",
      "p1 r x>y right",
      "p2 r x>y tie",
      "p3 r x>y both_bad",
      "p4 r x>y tie",
      "p5 r x>y both_bad",
    ]);
  });

  test("can name the winner", () => {
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

  test("can contain scores, one table per question", () => {
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
      { line: 2, reason: 'score is "good" (use a number, 0 to 100)' },
    ]);
  });
});

describe("scores of other tools", () => {
  const long = (rows: readonly string[], header = "caption,rater,model,score") =>
    `${[header, ...rows].join("\n")}\n`;
  const scored = (text: string, options?: ReadVotesOptions) =>
    parse(text, options).questions.map(({ question, answers }) => [
      question,
      answers.map(
        (answer) =>
          `${answer.item ?? answer.caption} ${answer.rater} ${answer.shown[0]} ${answer.type === "likert" ? answer.score : ""}`,
      ),
    ]);

  test("can be on any scale, be incomplete, and name items separately from captions", () => {
    const text =
      '\uFEFFprompt_id;image_id;model_name;worker_id;"rating"\r\n' +
      'p1;"a;1";"sd, 2.1";7;3,5\r\np1;a2;"sd, 2.1";7;100\r\np1;"a;1";"sd, 2.1";8;NaN\r\np2;b;__proto__;8;0\r\n';
    expect(scored(text)).toEqual([[null, ["a;1 7 sd, 2.1 3.5", "a2 7 sd, 2.1 100", "b 8 __proto__ 0"]]]);
    const { columns, notes } = parse(text);
    expect(columns).toEqual({
      caption: "prompt_id",
      item: "image_id",
      rater: "worker_id",
      model: "model_name",
      score: "rating",
    });
    expect(notes).toEqual(["1 score is missing and is left out."]);
  });

  test("are refused by row if outside the given scale, or if a few are far above all others", () => {
    const usual = Array.from({ length: 120 }, (_, i) => `c${i},r1,m,${1 + (i % 5)}`);
    const text = long([...usual, "d,r1,m,45"]);
    expect(refusal(text).details!.badRows).toEqual([
      {
        line: 122,
        reason:
          "score is 45, but the other 120 scores lie between 1 and 5 (correct it, or say what the scale is: --scale 0-100)",
      },
    ]);
    expect(scored(text, { scale: readScale("0-100") })[0]![1]).toHaveLength(121);
    expect(refusal(long(["c,r1,m,0", "d,r1,m,5"]), { scale: readScale("1-5") }).details!.badRows).toEqual([
      { line: 2, reason: 'score is "0" (use a number, 1 to 5)' },
    ]);
    expect(scored(long(["c,r1,m,-2", "d,r1,m,+1.5"]), { scale: readScale("-2 to 2") })[0]![1]).toEqual([
      "c r1 m -2",
      "d r1 m 1.5",
    ]);
    for (const wrong of ["5", "5-1", "a-b"]) expect(() => readScale(wrong)).toThrow("scale cannot be read");
  });

  test("are refused if a rater scored an image twice, except for copies of a row", () => {
    const rows = ["c,r1,m,3", "c,r1,n,3", "c,r1,m,3", "c,r1,m,4"];
    expect(refusal(long(rows)).details!.badRows).toEqual([
      {
        line: 5,
        reason: expect.stringMatching(/rater "r1" has scored the same image of "m" on line 2 already/),
      },
    ]);
    const apart = rows.slice(1).map((row, i) => `${row},i${i}`);
    expect(scored(long(apart, "caption,rater,model,score,item"))[0]![1]).toHaveLength(3);
  });

  test("can be in one column per rater, model or question", () => {
    const wide = "item,model,Ann,Ben\ni1,m,5,\ni1,n,2.5,1\n";
    expect(scored(wide, { columns: readColumnMapping("score=Ann,score=Ben") })).toEqual([
      [null, ["i1 Ann m 5", "i1 Ann n 2.5", "i1 Ben n 1"]],
    ]);
    expect(scored("item,rater,m,n\ni1,r,5,4\n", { columns: readColumnMapping("score=m,score=n") })).toEqual([
      [null, ["i1 r m 5", "i1 r n 4"]],
    ]);
    expect(
      scored("item,rater,model,fit,looks\ni1,r,m,5,4\n", {
        columns: readColumnMapping("score=fit,score=looks"),
      }),
    ).toEqual([
      ["fit", ["i1 r m 5"]],
      ["looks", ["i1 r m 4"]],
    ]);
    expect(
      refusal("item,model,Ann,Ben\ni1,m,5,x\n", { columns: readColumnMapping("score=Ann,score=Ben") })
        .details!.badRows,
    ).toEqual([{ line: 2, reason: 'Ben: score is "x" (use a number, 0 to 100)' }]);
  });

  test("need unambiguous columns, and raters unless there are none by declaration", () => {
    const unclear = "prompt,rater,model,rating,answer\nc,r,m,1,2\n";
    expect(refusal(unclear)).toMatchObject({
      message: "Line 1 of votes.csv has several columns that may be the score: rating, answer.",
      remedy: "Say which one it is: --columns score=rating",
    });
    expect(scored(unclear, { columns: readColumnMapping("score=answer") })[0]![1]).toEqual(["c r m 2"]);
    const unnamed = "prompt,model,score\nc,m,1\nc,m,1\n";
    expect(refusal(unnamed).remedy).toContain("rater=none");
    const { questions, names } = parse(unnamed, { columns: readColumnMapping("rater=none") });
    expect(questions[0]!.answers).toHaveLength(2);
    expect(names).toEqual({ captions: true, raters: false });
  });

  test("can be several in a cell: in a list, by model, or beside a list of models", () => {
    const byImage = {
      one_a: { text_id: "one", text: "a dog", human_scores: [5, 4] },
      one_b: { text_id: "one", text: "a dog", human_scores: [3, null] },
    };
    const columns = readColumnMapping("item=key,caption=text_id,score=human_scores,model=none");
    expect(scored(JSON.stringify(byImage), { columns })).toEqual([
      [null, ["one_a rater 1 all images 5", "one_a rater 2 all images 4", "one_b rater 1 all images 3"]],
    ]);
    expect(parse(JSON.stringify(byImage), { columns }).notes).toEqual([
      "1 score is missing and is left out.",
      expect.stringContaining("Cells of human_scores hold several scores"),
    ]);
    const byModel = { caption: "one", ratings: { x: [1, 2], "y z": [3, 4] } };
    const whose = ["one rater 1 x 1", "one rater 2 x 2", "one rater 1 y z 3", "one rater 2 y z 4"];
    const ratings = readColumnMapping("score=ratings");
    expect(scored(JSON.stringify([byModel]), { columns: ratings })).toEqual([[null, whose]]);
    const byRater = JSON.stringify([{ caption: "one", score: { x: { anna: 1, ben: 2 } } }]);
    expect(firstFault(byRater)).toBe("“x” has values with names of their own; a number or a list is wanted");
    const printed = `caption,ratings\none,"{'x': [1, 2], 'y z': [3, 4]}"\n`;
    expect(scored(printed, { columns: ratings })).toEqual([[null, whose]]);
    const wide = 'caption,x,y z\none,"[1, 2]","[3, 4]"\n';
    expect(scored(wide, { columns: readColumnMapping("score=x,score=y z") })).toEqual([[null, whose]]);
    const models = '[{"caption":"one","rater":"r","model":["x","y"],"score":[1,2]}]';
    expect(scored(models)).toEqual([[null, ["one r x 1", "one r y 2"]]]);
    expect(firstFault(models.replace("[1,2]", "[1]"))).toBe("there is 1 value for 2 models");
    const apart = parse(JSON.stringify(byImage), {
      columns: readColumnMapping("item=key,caption=text_id,score=human_scores,model=none,rater=none"),
    });
    expect(new Set(apart.questions[0]!.answers.map(({ rater }) => rater)).size).toBe(3);
  });

  test("have any number's notation and any word for a missing one, in columns of any name", () => {
    const text = long(
      ["c,r1,m,4.0e+00", "c,r2,m,+3", "c,r3,m,<NA>", "c,r4,m,–", "c,r5,m,N/A"],
      '"text, as shown","who ""rated""",T2I  model,Likert Score',
    );
    const columns = readColumnMapping(
      'caption="text, as shown",rater="who ""rated""",model=t2i model,score=Likert Score',
    );
    expect(scored(text, { columns })).toEqual([[null, ["c r1 m 4", "c r2 m 3"]]]);
    expect(firstFault(long(["c,r,m,-1"]))).toContain(
      'score is "-1", not 0 to 100 (leave it empty if it stands for none; --scale LOW-HIGH',
    );
    expect(scored(long(["c,r,m,−1"]), { scale: readScale("-2-2") })).toEqual([[null, ["c r m -1"]]]);
  });

  test("belong to one question if the column of questions is different for each caption", () => {
    const rows = ["c1,r1,m,3,a dog?", "c1,r2,m,4,a dog?", "c2,r1,m,1,a cat?"];
    const text = long(rows, "caption,rater,model,score,question");
    expect(scored(text)).toEqual([[null, ["c1 r1 m 3", "c1 r2 m 4", "c2 r1 m 1"]]]);
    expect(parse(text).notes).toEqual([expect.stringContaining("--columns question=question does so")]);
    expect(scored(text, { columns: readColumnMapping("question=question") })).toHaveLength(2);
  });
});

describe("rankings of other tools", () => {
  test("are read from a list in one cell, and from a row for each model", () => {
    const told = (text: string, options?: ReadVotesOptions) =>
      only(text, options).answers.map((answer) => answer.type === "ranking" && answer.order.join(">"));
    expect(told('caption,rater,ranking\nc,r,a > b > c\nd,r,"[""x > y"", ""a""]"\ne,r,b|a\n')).toEqual([
      "a>b>c",
      "x > y>a",
      "b>a",
    ]);
    const rows = "prompt,worker,model,rank\nc,r,a,2\nc,s,b,1\nc,r,b,1\nc,s,a,2\nc,r,c,3\n";
    expect(told(rows)).toEqual(["b>a>c", "b>a"]);
    expect(refusal(`${rows}d,r,a,1\ne,r,a,1\ne,r,b,1\nf,r,a,first\n`).details!.badRows).toEqual([
      { line: 7, reason: 'only "a" has a rank in this ranking' },
      { line: 8, reason: expect.stringContaining('"a" and "b" share rank 1') },
      { line: 10, reason: expect.stringContaining('rank is "first"') },
    ]);
    // ImageReward's rows name no rater, and its tests list all images of a prompt; HPD counts ranks from 0.
    const expert = "prompt_id,image_path,rank\np,p/0,2\np,p/1,1\nq,q/0,1\nq,q/1,2\n";
    const columns = readColumnMapping("caption=prompt_id,model=image_path,rank=rank,rater=none");
    expect(told(expert, { columns })).toEqual(["p/1>p/0", "q/0>q/1"]);
    const listed = '{"prompt":"p","user":"u","model":["x","y","z"],"rank":[2,0,1]}\n';
    expect(told(listed)).toEqual(["y>z>x"]);
  });

  test("of the best and the worst alone need what was shown", () => {
    const text = "caption,rater,best,worst,shown\nc,r,a,c,a;b;c\n";
    expect(only(text).answers[0]).toMatchObject({
      type: "best-worst",
      best: "a",
      worst: "c",
      shown: ["a", "b", "c"],
    });
    const wide = "caption,rater,best,worst,o1,o2,o3,o4\nc,r,a,c,a,b,c,\nd,r,a,z,a,b,c,\ne,r,a,a,a,b,c,\n";
    expect(
      refusal(wide, { columns: readColumnMapping("shown=o1,shown=o2,shown=o3,shown=o4") }).details!.badRows,
    ).toEqual([
      { line: 3, reason: 'worst is "z", which is not among those shown' },
      { line: 4, reason: 'best and worst are both "a"' },
    ]);
  });
});

describe("mutated tables", () => {
  const tables = [
    `${header}${Array.from({ length: 12 }, (_, i) => `c${i % 4},r${i % 3},x,y,${["left", "tie", "both_bad"][i % 3]}`).join("\n")}\n`,
    `item;prompt;model;worker;rating\n${Array.from({ length: 12 }, (_, i) => `i${i};"p ${i % 4}";m${i % 2};${i % 3};${i / 2}`).join("\n")}\n`,
    "caption\trater\tmodel\trank\nc\tr\ta\t1\nc\tr\tb\t2\n",
    JSON.stringify([{ caption: "c", rater: "r", best: "a", worst: "b", shown: ["a", "b", "c"] }]),
  ];
  const pieces = [
    '"',
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "\0",
    "\uFEFF",
    "-",
    "9".repeat(400),
    "NaN",
    "[",
    "{",
    "winner",
    "é",
  ];

  test("are either read, or refused by name with a remedy", () => {
    const random = createRandom(18);
    let refused = 0;
    for (let round = 0; round < 1500; round++) {
      let bytes = Buffer.from(tables[random.nextInt(tables.length)]!);
      for (let change = 0; change <= random.nextInt(4); change++) {
        const at = random.nextInt(bytes.length + 1);
        const to = Math.min(bytes.length, at + random.nextInt(6));
        const piece = [
          Buffer.from(pieces[random.nextInt(pieces.length)]!),
          Buffer.from([random.nextInt(256)]),
          Buffer.alloc(0),
          bytes.subarray(random.nextInt(bytes.length + 1)),
        ][random.nextInt(4)]!;
        bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(to)]);
      }
      try {
        for (const { answers } of parseVotes(bytes, "mutated.csv").questions) {
          expect(answers.every(({ shown }) => shown.length > 0)).toBe(true);
        }
      } catch (error) {
        refused++;
        expect(error).toMatchObject({ code: "invalid_file", remedy: expect.any(String) });
        const { badRows = [] } = ((error as SemblanceError).details ?? {}) as {
          badRows?: { line: number }[];
        };
        for (const { line } of badRows) expect(line).toBeGreaterThan(0);
      }
    }
    expect(refused).toBeGreaterThan(500);
    expect(refused).toBeLessThan(1450);
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

  test("two questions of a release stay separate, with arms named as in the study", ({ skip }) => {
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

  test("are read without the columns that a ranking does not need, ignoring the case of column names", () => {
    const text = file({ question_type: "pair", shown: '["x","y"]', winner: "left" });
    const { answers, notes } = only(text.replace("caption,rater", "Caption,RATER"));
    expect(answers).toMatchObject([{ caption: "c", rater: "r", winner: "left" }]);
    expect(notes).toEqual([expect.stringContaining("changed after it was written")]);
  });

  test("are rejected with the names of missing columns", () => {
    const text = file({ question_type: "likert", shown: '["x"]', score: "3" }).replace("score", "points");
    expect(refusal(text).message).toContain("lacks the column score");
  });
});
