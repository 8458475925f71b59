import { expect, test } from "vitest";
import { choosableFields, chooseColumn, chosenColumn } from "@/lib/votes/import/column-choice";
import { readColumnMapping } from "@/lib/votes/read/vote-fields";

test("a column is chosen, changed and taken back, and the others stay as they are", () => {
  let text = "score=Ann, score = Ben,arm=system";
  expect(chosenColumn(text, "model")).toBe("system");
  text = chooseColumn(text, "caption", "the prompt");
  text = chooseColumn(text, "model", "name=x");
  expect(text).toBe("score=Ann,score=Ben,caption=the prompt,model=name=x");
  expect(readColumnMapping(text)).toEqual({
    score: ["Ann", "Ben"],
    caption: ["the prompt"],
    arm: ["name=x"],
  });
  expect(chooseColumn(chooseColumn(text, "score", ""), "model", "")).toBe("caption=the prompt");
  expect(chooseColumn("half typed", "rater", "who")).toBe("rater=who");
  for (const field of choosableFields) {
    expect(Object.values(readColumnMapping(chooseColumn("", field, "column")))).toEqual([["column"]]);
  }
  const quoted = chooseColumn("rater=who", "caption", 'the "text", as shown');
  expect(chosenColumn(quoted, "caption")).toBe('the "text", as shown');
  expect(readColumnMapping(quoted)).toEqual({ rater: ["who"], caption: ['the "text", as shown'] });
});
