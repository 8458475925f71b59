import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type RankOptions, rank } from "@/cli/rank";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { simulateVotes } from "@/lib/statistics/simulate-study";
import { winners } from "@/lib/statistics/vote";
import type { RecordedVote } from "@/lib/votes/list/list-votes";
import { voteLines, votesHeader } from "@/lib/votes/read/votes-file";
import { sharedPath } from "@/tests/shared";

const folder = mkdtempSync(join(tmpdir(), "semblance-rank-"));
afterAll(() => rmSync(folder, { recursive: true }));

function writeFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function run(file: string, options: RankOptions = {}) {
  const text = { output: "", errors: "" };
  const sink = (key: "output" | "errors") => ({
    write: (chunk: string | Uint8Array) => {
      text[key] += String(chunk);
      return true;
    },
  });
  const code = await rank(file, { replicates: 100, ...options }, sink("output"), sink("errors"));
  return { code, ...text };
}

const table = simulateVotes(
  {
    logStrength: [0, 0.7, 1.8],
    leftAdvantage: 0.2,
    tieParameter: 0.6,
    captions: 30,
    raters: 12,
    votesPerItem: 4,
    captionEffect: 0.3,
    raterEffect: 0.2,
    raterSideEffect: 0.1,
  },
  11,
);
const armNames = ["original", "fine-tuned", "real"];
const rows = Array.from({ length: table.voteCount }, (_, i) =>
  [
    table.captions[table.caption[i]!],
    table.raters[table.rater[i]!],
    armNames[table.left[i]!],
    armNames[table.right[i]!],
    winners[table.outcome[i]!],
  ].join(","),
);
const header = "caption,rater,left,right,winner\n";
const file = writeFile("votes.csv", header + rows.join("\n"));

describe("semblance rank", () => {
  test("prints one JSON object with strengths relative to the first arm named", async () => {
    const { code, output } = await run(file, { json: true });
    expect(code).toBe(0);
    const printed = JSON.parse(output);
    const firstArm = rows[0]!.split(",")[2]!;
    for (const model of ["bradleyTerry", "davidson"]) {
      expect(Object.keys(printed[model].logStrength)[0]).toBe(firstArm);
      expect(printed[model].logStrength[firstArm]).toBe(0);
      expect(printed[model].logStrength.real - printed[model].logStrength.original).toBeGreaterThan(0.8);
    }
    expect(printed.davidson.tieParameter).toBeGreaterThan(0.3);
    expect(printed.davidson.leftAdvantage).toBeTypeOf("number");
    expect(printed.krippendorffAlpha).toBeGreaterThan(0);
    expect(printed.krippendorffAlphaInterval.low).toBeLessThan(printed.krippendorffAlpha);
    expect(printed.rows.map((row: { arm: string }) => row.arm)).toEqual(["real", "fine-tuned", "original"]);
    expect(printed.shareOfTheWay[0].arm).toBe("fine-tuned");
    expect(printed.raters).toHaveLength(12);
    for (const { reliability } of printed.raters) expect(reliability).toBeGreaterThan(0.4);
  });

  test("prints the same bytes for the same file and seed, and the same leaderboard for any seed", async () => {
    expect((await run(file, { json: true, seed: 3 })).output).toBe(
      (await run(file, { json: true, seed: 3 })).output,
    );
    expect((await run(file, { csv: true, seed: 3 })).output).toBe(
      (await run(file, { csv: true, seed: 4 })).output,
    );
  });

  test("prints every difference with its adjusted decision, and checks intervals by resampling on request", async () => {
    const { output } = await run(file, { replicates: undefined } as RankOptions);
    expect(output).toMatch(/ahead +behind +difference +95% interval +adjusted p +separated/);
    expect(output).toMatch(/real +original +\d+ +\d+ to \d+ +< 0\.001 +yes/);
    expect(output).toContain("p adjusted by Holm's method for 3 comparisons");
    expect((await run(file, { replicates: 100 })).output).toMatch(/95% interval +resampled +adjusted p/);
    const { differences, comparisonCount } = JSON.parse((await run(file, { json: true })).output);
    expect(comparisonCount).toBe(3);
    for (const { low, high, resampledLow, resampledHigh } of differences) {
      expect((resampledHigh - resampledLow) / (high - low)).toBeGreaterThan(0.6);
      expect((resampledHigh - resampledLow) / (high - low)).toBeLessThan(1.5);
    }
  });

  test("prints the leaderboard as CSV and as a table", async () => {
    const csv = (await run(file, { csv: true })).output;
    expect(csv.split("\n")[0]).toMatch(/^arm,criterion,rating,rating_q025,rating_q975,variance,num_battles,/);
    expect(csv.split("\n")[1]).toMatch(/^real,/);
    const { output } = await run(file);
    expect(output).toContain("360 votes of 12 raters on 30 captions");
    expect(output).toMatch(/1\s+real\s+1\d\d\d/);
  });

  test("also shows the leaderboard without a rater who always gives the same answer", async () => {
    const lazy = Array.from({ length: 30 }, (_, i) => `caption ${i + 1},lazy,original,real,left`);
    const { raters, rowsWithoutFlaggedRaters } = JSON.parse(
      (await run(writeFile("lazy.csv", header + [...rows, ...lazy].join("\n")), { json: true })).output,
    );
    expect(raters.at(-1)).toMatchObject({ rater: "lazy", flags: ["one-sided", "straight-lining"] });
    const clean = JSON.parse((await run(file, { json: true })).output);
    const counts = (from: { arm: string; num_battles: number }[]) =>
      from.map((row) => [row.arm, row.num_battles]);
    expect(counts(rowsWithoutFlaggedRaters)).toEqual(counts(clean.rows));
  });

  test("measures the gap between other arms on request, and rejects unknown arms", async () => {
    const { shareOfTheWay } = JSON.parse(
      (await run(file, { json: true, from: "fine-tuned", to: "real" })).output,
    );
    expect(shareOfTheWay[0].arm).toBe("original");
    expect(shareOfTheWay[0].value).toBeLessThan(0);
    await expect(run(file, { from: "nobody" })).rejects.toMatchObject({
      message: 'The votes name no arm "nobody".',
      remedy: expect.stringContaining("fine-tuned"),
    });
  });

  const sealed = (
    type: ArmAnswer["type"],
    criterion: string,
    fields: Partial<RecordedVote> = {},
    number = 0,
  ): RecordedVote =>
    ({
      type,
      criterion,
      caption: `caption ${number % 6}`,
      rater: `r-${number % 4}`,
      shown: ["=one", "two\nlines", "cafe\u0301"].slice(0, type === "pair" ? 2 : type === "likert" ? 1 : 3),
      ...(type === "pair" ? { winner: number % 3 === 0 ? "right" : "left" } : {}),
      ...(type === "likert"
        ? { score: 1 + (number % 5), shown: [number % 2 === 0 ? "=one" : "two\nlines"] }
        : {}),
      ...(type === "ranking" ? { order: ["cafe\u0301", "=one", "two\nlines"] } : {}),
      ...(type === "best-worst" ? { best: "two\nlines", worst: "=one" } : {}),
      leaseId: `${criterion} ${number}`,
      marks: [],
      latencyMs: 2000,
      viewportPx: "390x844",
      inputKind: "touch",
      leasedAt: new Date(0),
      answeredAt: new Date(1000),
      revision: 0,
      revisedAt: null,
      imageSha256s: ["a", "b", "c"],
      isExcluded: number % 4 === 3,
      exclusionReason: null,
      checks: 0,
      failedChecks: 0,
      repeated: null,
      ...fields,
    }) as unknown as RecordedVote;
  const types = ["pair", "likert", "ranking", "best-worst"] as const;
  const votes = types.flatMap((type) =>
    Array.from({ length: 24 }, (_, number) => sealed(type, `by-${type}`, {}, number)),
  );
  const release = (recorded: readonly RecordedVote[]) =>
    [votesHeader, ...voteLines(recorded, { studyId: "s", seed: 1, planHash: null }, () => "")].join("");
  const released = writeFile("release.csv", release(votes));

  test("ranks every question of a release by itself, each type by its own model, without excluded raters", async () => {
    const printed = JSON.parse((await run(released, { json: true })).output);
    expect(
      printed.map((each: Record<string, unknown>) => [each.question, each.model, each.voteCount]),
    ).toEqual([
      ["by-pair", "davidson", 18],
      ["by-likert", "mean-score", 18],
      ["by-ranking", "plackett-luce", 18],
      ["by-best-worst", "best-worst", 18],
    ]);
    // Only preferences between two have the pairwise models.
    for (const model of ["davidson", "bradleyTerry"]) {
      expect(printed.map((each: Record<string, unknown>) => model in each)).toEqual([
        true,
        false,
        false,
        false,
      ]);
    }
    expect(printed[0].raters).toHaveLength(3);
    expect(printed[0].notes[0]).toBe(
      "6 answers to by-pair of 1 excluded rater are left out; --all-raters counts them.",
    );
    const all = JSON.parse(
      (await run(released, { json: true, allRaters: true, question: "by-pair" })).output,
    );
    expect(all.voteCount).toBe(24);
    expect(all.arms).toEqual(["=one", "two\nlines"]);
    await expect(run(released, { question: "by-nothing" })).rejects.toMatchObject({
      remedy: "It contains: by-pair, by-likert, by-ranking, by-best-worst.",
    });
  });

  test("prints one line per arm, whatever its name contains", async () => {
    const text = (await run(released)).output;
    expect(text.match(/^Question: /gm)).toHaveLength(4);
    expect(text).toMatch(/^ *[1-3–]+ {2}two lines +\d/m);
    const { output, errors } = await run(released, { csv: true });
    const lines = output.trimEnd().split("\n");
    expect(lines).toHaveLength(1 + 2 + 2 + 3 + 3);
    expect(lines.slice(1).map((line) => line.split(",").slice(0, 2).join(","))).toContain("'=one,by-likert");
    expect(errors).toMatch(/^Note: 6 answers to by-pair/);
  });

  test("counts a row that occurs twice in a release once, and rejects a lease with two answers", async () => {
    const twice = release([...votes.slice(0, 24), votes[0]!]);
    const { output } = await run(writeFile("twice.csv", twice));
    expect(output).toContain("18 votes of 3 raters");
    expect(output).toContain("1 row is a copy of earlier ones");
    const other = release([...votes.slice(0, 24), { ...votes[1]!, winner: "both_bad" } as RecordedVote]);
    const { code, errors } = await run(writeFile("other.csv", other));
    expect(code).toBe(1);
    expect(errors).toContain("line 50: lease by-pair 1 is on line 4 with another answer");
  });

  test("says when a row of a release was changed", async () => {
    const changed = release(votes.slice(0, 24)).replace(",left,by-pair", ",right,by-pair");
    expect((await run(writeFile("changed.csv", changed))).output).toContain("1 row does not match its hash");
  });

  test("reports bad rows by line, with exit code 1 and nothing on standard output", async () => {
    const { code, output, errors } = await run(
      writeFile("bad.csv", `${header}a,r,x,y,left\na,r,x,x,left\n${"a,r,x,y,maybe\n".repeat(30)}`),
    );
    expect(code).toBe(1);
    expect(output).toBe("");
    expect(errors).toContain("bad.csv has 31 bad of 32 rows.");
    expect(errors).toContain('line 3: left and right are both "x"');
    expect(errors).toContain('line 4: unknown winner "maybe"');
    expect(errors).toContain("and 11 more");
  });

  test.each([
    ["", "nothing.csv is empty"],
    ["caption,rater,left,right\n", "lacks the column winner"],
  ])("a file that holds %j: exit code 1 and the reason", async (text, reason) => {
    const { code, errors } = await run(writeFile("nothing.csv", text));
    expect(code).toBe(1);
    expect(errors).toContain(reason);
  });

  test.each([
    [{ json: true, csv: true }, /--json and --csv/],
    [{ replicates: 3 }, /--replicates/],
    [{ seed: -1 }, /--seed/],
    [{ seed: "x" as unknown as number }, /--seed/],
  ])("refuses the options %j", async (options, message) => {
    await expect(run(file, options)).rejects.toThrow(message);
  });

  test("ends quietly when its reader closes the pipe", () => {
    const rows = Array.from(
      { length: 60 },
      (_, arm) => `c${arm},r${arm % 7},arm ${arm},arm ${(arm + 1) % 60},left`,
    );
    const path = writeFile("sixty.csv", ["caption,rater,left,right,winner", ...rows].join("\n"));
    const command = `"${process.execPath}" bin/semblance.mjs rank "${path}" --json --replicates 100 | head -c 20`;
    const { stdout, stderr } = spawnSync("bash", ["-c", command], { encoding: "utf8" });
    expect(stdout).toHaveLength(20);
    expect(stderr).toBe("");
  });

  const votesPath = sharedPath("parity/votes.csv");
  const expectedPath = sharedPath("parity/votes.expected.json");
  test.skipIf(!votesPath || !expectedPath)("agrees with the reference values", async () => {
    const printed = JSON.parse((await run(votesPath!, { json: true })).output);
    const expected = JSON.parse(readFileSync(expectedPath!, "utf8"));
    const pairs: [Record<string, number>, Record<string, number>][] = [
      [printed.bradleyTerry.logStrength, expected.bradley_terry_ties_half.log_strength_minus_first],
      [printed.davidson.logStrength, expected.davidson_with_left_advantage.log_strength_minus_first],
    ];
    for (const [ours, theirs] of pairs) {
      expect(Object.keys(ours)).toEqual(Object.keys(theirs));
      for (const arm of Object.keys(theirs)) expect(Math.abs(ours[arm]! - theirs[arm]!)).toBeLessThan(1e-4);
    }
    expect(
      Math.abs(printed.krippendorffAlpha - expected.krippendorff_alpha_nominal_on_chosen_arm),
    ).toBeLessThan(1e-9);
  });

  const scoresPath = sharedPath("ratings/dsg-tifa160.csv");
  const scoresExpectedPath = sharedPath("ratings/dsg-tifa160.expected.json");
  test.skipIf(!scoresPath || !scoresExpectedPath)(
    "agrees with the reference values of published scores, also where columns are named",
    async () => {
      const columns = "item=item_id,caption=source_id,model=model_type,rater=worker_id,score=answer";
      const printed = JSON.parse((await run(scoresPath!, { json: true, columns })).output);
      const expected = JSON.parse(readFileSync(scoresExpectedPath!, "utf8"));
      expect(printed.voteCount).toBe(expected.rows);
      const near = (
        of: Record<string, { value: number; low: number; high: number }>,
        wanted: object,
        within: number,
      ) => {
        for (const [name, value] of Object.entries(wanted)) {
          expect(Math.abs(of[name]!.value - value)).toBeLessThanOrEqual(within);
          expect(of[name]!.low).toBeLessThan(value);
          expect(of[name]!.high).toBeGreaterThan(value);
        }
      };
      near(printed.mean, expected.mean, 1e-12);
      near(printed.krippendorffAlpha, expected.krippendorff_alpha, 1e-9);
      near(printed.proportionalOdds.effect, expected.proportional_odds.effect, 1e-3);
      expect(printed.proportionalOdds.reference).toBe("mini-dalle");
      const likelihood = expected.proportional_odds.negative_log_likelihood;
      expect(Math.abs(printed.proportionalOdds.negativeLogLikelihood / likelihood - 1)).toBeLessThan(1e-4);
      for (const { flags } of printed.raters) expect(flags).toEqual([]);
    },
  );

  test("compares scores with metrics, and names what is missing in a table of metrics", async () => {
    const scored = writeFile(
      "scored.csv",
      `prompt,image,system,annotator,rating\n${Array.from({ length: 60 }, (_, i) => {
        const image = Math.floor(i / 2);
        return `p${image % 10},img${image},${image % 3 ? "a.b" : "1"},${i % 2},${(image * 7) % 9}.5`;
      }).join("\n")}\n`,
    );
    const columns = "item=image,caption=prompt,model=system,rater=annotator,score=rating";
    const values = Array.from({ length: 30 }, (_, i) => `img${i},${(i * 7) % 9},${(i * 5) % 11}`);
    const metrics = writeFile("metrics.csv", `item,clip,other\n${values.join("\n")}\n`);
    const printed = JSON.parse((await run(scored, { json: true, columns, metrics })).output);
    expect(printed.correlation.clip.spearman.value).toBe(1);
    expect(printed.correlation.other.kendall.low).toBeLessThan(printed.correlation.other.kendall.value);
    expect(printed.correlationDifferences).toHaveLength(1);
    expect(Object.keys(printed.mean).sort()).toEqual(["1", "a.b"]);
    const text = (await run(scored, { columns, metrics })).output;
    expect(text).toContain("Metrics against people's mean of 30 items; 95% intervals over 10 captions.");
    expect(text).toMatch(/^clip +1\.000 /m);
    expect(text).toContain(
      "Columns: caption = prompt, item = image, rater = annotator, model = system, score = rating",
    );
    const short = writeFile("short.csv", `item,clip\n${values.slice(1).join("\n")}\n`);
    const refused = await run(scored, { columns, metrics: short });
    expect(refused).toMatchObject({ code: 1, output: "" });
    expect(refused.errors).toContain("short.csv has no row for 1 of 30 items: “img0”.");
    await expect(run(file, { metrics })).rejects.toThrow("--metrics compares metrics with scores");
    await expect(run(file, { bothBad: "win" })).rejects.toThrow("--both-bad must be");
  });
});
