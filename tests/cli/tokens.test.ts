import { expect, test } from "vitest";
import { tokens } from "@/cli/tokens";

test("captions are shown as tokens, and what is cut off is named", async () => {
  let printed = "";
  const output = {
    write(text: string) {
      printed += text;
      return true;
    },
  };
  expect(await tokens(["A brown dog"], {}, output)).toBe(0);
  expect(printed).toBe("3 of 128 tokens: a | brown | dog\n");

  printed = "";
  expect(await tokens([`${"dog ".repeat(128)}in the snow`], {}, output)).toBe(1);
  expect(printed).toMatch(/^131 of 128 tokens: .*\nNot read: in the snow\n$/);

  printed = "";
  await tokens(["a dog"], { json: true }, output);
  expect(JSON.parse(printed)).toEqual([
    { caption: "a dog", tokens: 2, limit: 128, pieces: ["a", " dog"], notRead: "" },
  ]);
});
