import { describe, expect, test } from "vitest";
import type { SemblanceError } from "@/lib/errors";
import type { LikertAnswer } from "@/lib/questions/likert/statistics";
import { compareScoresWithMetrics } from "@/lib/votes/read/compare-scores-with-metrics";
import { metricKey, parseMetrics } from "@/lib/votes/read/metric-table";

const parse = (text: string) => parseMetrics(Buffer.from(text), "metrics.csv");
const refusal = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error as SemblanceError;
  }
  throw new Error("It was read.");
};
const score = (caption: string, arm: string, value: number, item?: string): LikertAnswer => ({
  type: "likert",
  caption,
  rater: "r",
  shown: [arm],
  score: value,
  ...(item === undefined ? {} : { item }),
});

describe("a table of metrics", () => {
  test("has a metric in each column of numbers, per item or per item and model", () => {
    const { metrics, values, notes } = parse("\uFEFFid;note;CLIP score;tifa\na;good;0,31;1e-3\nb;;-2;.5\n");
    expect(metrics).toEqual(["CLIP score", "tifa"]);
    expect(values.get(metricKey("a", null))).toEqual([0.31, 0.001]);
    expect(notes).toEqual(["metrics.csv: note holds no numbers and is not taken as a metric."]);
    const byModel = parse('[{"item":1,"model":"x","m":0.5},{"item":1,"model":"y","m":2}]');
    expect(byModel.values.get(metricKey("1", "y"))).toEqual([2]);
  });

  test("is refused by row and column", () => {
    const { badRows } = refusal(() => parse("id,m,n\na,1,2\na,1,2\n,1,2\nb,x,2\nc,1,inf\n")).details!;
    expect(badRows).toEqual([
      {
        line: 3,
        reason: 'id "a" is on line 2 already (keep one; a value for each model needs a column model)',
      },
      { line: 4, reason: "id is empty" },
      { line: 5, reason: 'm is "x" (use a number)' },
      { line: 6, reason: 'n is "inf" (use a number)' },
    ]);
    expect(refusal(() => parse("id,text\na,b\n")).message).toContain("no column of numbers");
    expect(refusal(() => parse("id,m,m\na,1,2\n")).message).toContain("names the column m twice");
  });
});

describe("scores with metrics", () => {
  const answers = ["a", "b", "c"].flatMap((caption, i) => [
    score(caption, "x", i + 1, `${caption}1`),
    score(caption, "y", 5 - i, `${caption}2`),
  ]);

  test("are joined by item, or by item and model", () => {
    const items = parse("item,m\na1,1\na2,5\nb1,2\nb2,4\nc1,3\nc2,3\nother,9\n");
    const compared = compareScoresWithMetrics(answers, items);
    expect(compared.correlation.get("m")!.spearman.value).toBe(1);
    expect([compared.items, compared.captions]).toEqual([6, 3]);
    expect(compared.notes).toEqual(["1 row of metrics.csv is of items without scores and left out."]);

    const unnamed = answers.map(({ item: _, ...answer }) => answer);
    const byModel = parse("caption,model,m\na,x,1\na,y,5\nb,x,2\nb,y,4\nc,x,3\nc,y,3\n");
    expect(compareScoresWithMetrics(unnamed, byModel).correlation.get("m")!.kendall.value).toBe(1);
    const pooled = compareScoresWithMetrics(unnamed, parse("caption,m\na,1\nb,2\nc,3\n"));
    expect(pooled.items).toBe(3);
    expect(pooled.notes).toEqual([
      expect.stringContaining("people's mean of an item is over all its models"),
    ]);
  });

  test("leave out the items for which a metric has no value, and take models by the scores' column", () => {
    const values = "item,m,n\na1,1,1\na2,5,NaN\nb1,2,1\nb2,,4\nc1,3,2\nc2,3,5\n";
    const { correlation, differences, notes } = compareScoresWithMetrics(answers, parse(values));
    expect(correlation.get("m")!.spearman.value).toBe(1);
    expect(correlation.get("n")!.kendall.value).toBeLessThan(1);
    const common = answers.filter(({ item }) => item !== "a2" && item !== "b2");
    expect(differences).toEqual(compareScoresWithMetrics(common, parse(values)).differences);
    expect(notes).toEqual([
      "m has no value for 1 item, which is left out of its correlations.",
      "n has no value for 1 item, which is left out of its correlations.",
    ]);
    const named = parseMetrics(Buffer.from("id,T2I model,m\na,x,1\na,y,2\n"), "metrics.csv", "t2i_model");
    expect(named.modelColumn).toBe("T2I model");
  });

  test("are refused if items are missing in the table, or an item has several captions", () => {
    const error = refusal(() => compareScoresWithMetrics(answers, parse("item,m\na1,1\na2,5\nb1,2\n")));
    expect(error.message).toBe("metrics.csv has no row for 3 of 6 items: “b2”, “c1”, “c2”.");
    expect(error.remedy).toContain("--columns item=NAME");
    const shared = [score("a", "x", 1, "1"), score("b", "x", 2, "1")];
    expect(refusal(() => compareScoresWithMetrics(shared, parse("item,m\n1,1\n"))).message).toContain(
      "has scores for several captions",
    );
  });
});
