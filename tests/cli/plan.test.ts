import { describe, expect, it } from "vitest";
import { plan } from "@/cli/plan";

async function run(options: Record<string, unknown>) {
  let text = "";
  const code = await plan(options, {
    write: (chunk: string | Uint8Array) => {
      text += String(chunk);
      return true;
    },
  });
  return { code, text };
}

const small = { arms: 2, captions: 30, raters: 12 };

describe("semblance plan", () => {
  it("finds the fewest raters per item for a difference, and says what that number shows", async () => {
    const { code, text } = await run({ ...small, winRate: 0.75, json: true });
    expect(code).toBe(0);
    const found = JSON.parse(text);
    expect(found).toMatchObject({ suffices: true, items: 30, votes: 30 * found.votesPerItem });
    expect(found.power).toBeGreaterThanOrEqual(0.8);
    const predicted = JSON.parse(
      (await run({ ...small, winRate: 0.75, ratersPerItem: found.votesPerItem, json: true })).text,
    );
    expect(predicted.votes).toBe(found.votes);
    expect(predicted.eloReach).toBeCloseTo(found.eloReach, 9);
  });

  it("exits with 1 if there are too few raters", async () => {
    const { code, text } = await run({ ...small, captions: 5, raters: 5, winRate: 0.52 });
    expect(code).toBe(1);
    expect(text).toContain("Even 5 raters per item");
  });

  it.each([
    [{ winRate: 0.5 }, /^--win-rate: At least 51%/],
    [{ ratersPerItem: 0 }, /^--raters-per-item: /],
    [{ effects: "huge" }, /^--effects: /],
    [{ raters: 10, ratersPerItem: 30 }, /need as many raters, not 10/],
  ])("names what is wrong with %j", async (options, message) => {
    await expect(run(options)).rejects.toThrow(message);
  });
});
