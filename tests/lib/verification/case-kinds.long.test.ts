/** Every kind of case beside models: what the published implementations give passes, and one changed value fails. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { verifyCase } from "@/lib/verification/verification";
import { sharedPath } from "@/tests/shared";
import { addToTensor, alterText, caseFolder, copyCase } from "./altered-case";

/** The prefix of a published case, or null where it is absent; the reason has then been printed. */
const published = (file: string, name: string) =>
  sharedPath(`parity/${file}`)?.replace(new RegExp(`${file}$`), name) ?? null;

const tokenizer = published("tokenizer.json", "tokenizer");
const clipTokenizer = published("clip-tokenizer.json", "clip-tokenizer");
const schedules = published("schedules.json", "schedules");
const zoo = published("zoo.json", "zoo");
const frechet = published("frechet.safetensors", "frechet");
const inception = published("inception-fid.tensors.json", "inception-fid");
const votes = published("votes.csv", "votes");

/** Names of checks, and the worst parts of those that fail. */
async function failures(prefix: string) {
  const { checks, pass } = await verifyCase(prefix);
  const failed = checks.filter((check) => !check.pass);
  expect(pass).toBe(failed.length === 0);
  return { names: checks.map(({ name }) => name), failed: failed.map(({ name, worst }) => [name, worst]) };
}

/** The prefix of a case whose only file has this content. */
async function jsonCase(content: unknown): Promise<string> {
  const prefix = join(await caseFolder(), "made");
  await writeFile(`${prefix}.json`, JSON.stringify(content));
  return prefix;
}

describe("a case of GLIDE's tokenizer", () => {
  it.skipIf(tokenizer === null)("passes, and names the caption of a wrong token", async () => {
    const names = ["vocabulary", "tokens", "padding"];
    expect(await failures(tokenizer!)).toEqual({ names, failed: [] });
    const altered = await copyCase(tokenizer!);
    // The padded tokens of the first caption begin so.
    await alterText(`${altered}.json`, /("padded": \[\s*)64,/, "$165,");
    expect(await failures(altered)).toEqual({
      names,
      failed: [
        [
          "padding",
          "padded tokens of “a happy corgi with a big smile surrounded by cherry blossoms”, value 0: 64 instead of 65",
        ],
      ],
    });
  });

  it("may have another context, in which a caption is cut or filled", async () => {
    const about = { n_vocab: 50257, end_token: 50256 };
    const dog = { caption: "a dog", tokens: [64, 3290] };
    const cases = (mask_true: number) => [{ ...dog, padded: null, mask_true }];
    expect((await failures(await jsonCase({ ...about, text_ctx: 5, cases: cases(2) }))).failed).toEqual([]);
    expect((await failures(await jsonCase({ ...about, text_ctx: 1, cases: cases(1) }))).failed).toEqual([]);
    expect((await failures(await jsonCase({ ...about, text_ctx: 5, cases: cases(3) }))).failed).toEqual([
      ["padding", "mask of “a dog”, value 2: 0 instead of 1"],
    ]);
  });

  it("is rejected by the field that is not as it must be", async () => {
    const prefix = await jsonCase({ n_vocab: 1, end_token: 0, text_ctx: 4, cases: [{ caption: "a" }] });
    await expect(verifyCase(prefix)).rejects.toThrow(/^made\.json: cases\.0\.tokens: /);
  });
});

describe("a case of CLIP's tokenizer", () => {
  it.skipIf(clipTokenizer === null)("passes, and names the caption of a wrong length", async () => {
    const names = ["marks", "tokens", "padding"];
    expect(await failures(clipTokenizer!)).toEqual({ names, failed: [] });
    const altered = await copyCase(clipTokenizer!);
    await alterText(`${altered}.json`, '"length": 8', '"length": 9');
    expect((await failures(altered)).failed).toEqual([
      ["padding", "length of “an oil painting of a corgi”, value 0: 8 instead of 9"],
    ]);
  });

  it("may have another context, and says what is wrong with marks", async () => {
    const made = (pad_token: number, padded: number[], length: number) =>
      jsonCase({
        ...{ max_text_len: padded.length, start_token: 49406, end_token: 49407, pad_token },
        cases: [{ caption: "a a", tokens: [320, 320], padded, length }],
      });
    expect((await failures(await made(0, [49406, 320, 49407], 3))).failed).toEqual([]);
    expect((await failures(await made(7, [49406, 320, 320, 49407, 0], 4))).failed).toEqual([
      ["marks", "start, end and padding, value 2: 0 instead of 7"],
    ]);
  });
});

describe("a case of noise schedules", () => {
  it.skipIf(schedules === null)("passes, and names the value that is off by 1e-8 of itself", async () => {
    const names = ["schedules", "respacing", "coefficients"];
    expect(await failures(schedules!)).toEqual({ names, failed: [] });
    const altered = await copyCase(schedules!);
    await alterText(`${altered}.json`, "0.00013983983983983984", "0.000139839841");
    await alterText(`${altered}.json`, /("ddim25": \[\s*0,\s*)40,/, "$141,");
    expect((await failures(altered)).failed).toEqual([
      ["schedules", "betas_linear 2"],
      ["respacing", "space_timesteps_1000 ddim25, value 1: 40 instead of 41"],
    ]);
  });

  it("may be of another number of steps and of other respacings", async () => {
    const made = (beta: number) => ({
      betas_linear: { "0": 0.001, "99": beta },
      sum_betas_linear: 10.05,
      space_timesteps_100: { ddim5: [0, 20, 40, 60, 80], "2,1": [0, 49, 50] },
      spaced_linear_1: { timestep_map: [0], betas: [0.001], posterior_variance: [0] },
    });
    expect((await failures(await jsonCase(made(0.2)))).failed).toEqual([]);
    expect((await failures(await jsonCase(made(0.3)))).failed).toEqual([["schedules", "betas_linear 99"]]);
    // Timesteps of fewer steps say nothing of schedules whose last is not theirs.
    const others = { betas_linear: { "0": 0.0001 }, space_timesteps_50: { "2": [0, 49] } };
    expect((await failures(await jsonCase(others))).failed).toEqual([]);
    await expect(verifyCase(await jsonCase({ ...made(0.2), betas_cosine: {} }))).rejects.toThrow(
      "made.json: nothing is known to compare with betas_cosine.",
    );
    await expect(verifyCase(await jsonCase({ space_timesteps_9: { all: [] } }))).rejects.toThrow(
      'made: "all" does not choose steps out of 9.',
    );
  });
});

describe.skipIf(zoo === null)("a case of files of torch.save", () => {
  it("passes in all formats, and names the tensor of a wrong value", async () => {
    const names = ["zoo-legacy.pt", "zoo-nested.pt", "zoo-zip.pt"];
    expect(await failures(zoo!)).toEqual({ names, failed: [] });
    const altered = await copyCase(zoo!);
    const first = /("f16".*?"values": \[)1\.8427734375/;
    await alterText(`${altered}.json`, first, "$1NaN");
    const worst = "f16.values, value 0: 1.8427734375 instead of NaN";
    expect((await failures(altered)).failed).toEqual(names.map((name) => [name, worst]));
  });

  it("is compared with all digits of integers that no double holds, and by name, type and shape", async () => {
    const altered = await copyCase(zoo!);
    await alterText(`${altered}.json`, /("i64".*?"values": \[)0\.0/, "$19007199254740993");
    expect((await failures(altered)).failed[0]).toEqual([
      "zoo-legacy.pt",
      "i64.values, value 0: 0 instead of 9007199254740993",
    ]);
    await alterText(`${altered}.json`, '"scalar"', '"another"');
    expect((await failures(altered)).failed[0]![1]).toMatch(
      /^names of tensors, value 0: bf16 instead of another/,
    );
  });
});

describe("a case of Fréchet distances", () => {
  it.skipIf(frechet === null)("passes but for the pair whose distance is wrong", async () => {
    const altered = await copyCase(frechet!);
    await alterText(`${altered}.expected.json`, "4.115891244828575", "4.11590");
    const { checks } = await verifyCase(altered);
    expect(checks.map(({ name, pass, worst }) => [name, pass, worst])).toEqual([
      ["full_rank_300x16", false, "frechet_exact"],
      ["rank_deficient_20x64", true, expect.any(String)],
      ["identical_scale_2048", true, expect.any(String)],
    ]);
    // The reference's own value is met: what is left is the change.
    expect(checks[0]!.error).toBeCloseTo((4.1159 - 4.115891244828575) / 4.1159, 12);
    expect(checks[2]!.error).toBeLessThan(1e-9);
  });

  it("may be of any size and name, and needs a distance for all features", async () => {
    const prefix = join(await caseFolder(), "made");
    const column = (dtype: "float32" | "float64", values: number[]) => ({
      dtype,
      shape: [values.length, 1],
      data: dtype === "float32" ? Float32Array.from(values) : Float64Array.from(values),
    });
    const [a, b] = [column("float64", [0, 2]), column("float32", [1, 5])];
    await writeSafetensors(
      `${prefix}.safetensors`,
      new Map([
        ["x.a", a],
        ["x.b", b],
      ]),
    );
    // Means 1 and 3, variances 2 and 8.
    const expect6 = (name: string) =>
      writeFile(
        `${prefix}.expected.json`,
        JSON.stringify({ [name]: { n1: 2, n2: 2, dims: 1, frechet_exact: 6 } }),
      );
    await expect6("x");
    expect(await failures(prefix)).toEqual({ names: ["x"], failed: [] });
    await expect6("y");
    await expect(verifyCase(prefix)).rejects.toThrow("made.expected.json: no distance for the features x.");
  });
});

describe.skipIf(inception === null)("a case of the FID Inception network", () => {
  it("passes but for the layer of which a value is wrong", async () => {
    const altered = await copyCase(inception!);
    await addToTensor(`${altered}.expected.safetensors`, "features_256.64", 1);
    const { checks } = await verifyCase(altered);
    expect(checks.map(({ name, pass }) => [name, pass])).toEqual([
      ["features_256.64", false],
      ["features_256.192", true],
      ["features_256.768", true],
      ["features_256.2048", true],
      ["features_64.2048", true],
    ]);
    for (const { error } of checks.slice(1)) expect(error).toBeLessThan(1e-5);
  }, 120_000);
});

describe("a case of votes", () => {
  it.skipIf(votes === null)(
    "passes, and names the statistics that a changed vote or figure moves",
    async () => {
      const names = ["counts", "bradley-terry", "davidson", "agreement"];
      expect(await failures(votes!)).toEqual({ names, failed: [] });
      const altered = await copyCase(votes!);
      await alterText(`${altered}.expected.json`, "0.09847065432642968", "0.0987");
      expect((await failures(altered)).failed).toEqual([["davidson", "left_advantage_log"]]);
      await alterText(
        `${altered}.csv`,
        "c000,r12,original,finetuned,right",
        "c000,r12,original,finetuned,left",
      );
      const { failed } = await failures(altered);
      expect(failed.map(([name]) => name)).toEqual(names);
      expect(failed[0]![1]).toBe("wins of original, value 0: 76 instead of 75");
    },
  );

  /** 9 wins of arm `z` over arm `10` and 5 of `10`, on either side. */
  async function twoArms(name: string): Promise<string> {
    const prefix = join(await caseFolder(), "made");
    const rows = Array.from({ length: 14 }, (_, vote) =>
      [
        `caption ${vote}`,
        `rater ${vote % 3}`,
        ...(vote % 2 ? ["z", "10"] : ["10", "z"]),
        (vote % 2 === 1) === vote < 9 ? "left" : "right",
      ].join(","),
    );
    await writeFile(`${prefix}.csv`, ["caption,rater,left,right,winner", ...rows, ""].join("\n"));
    const logStrength = { [name]: Math.log(9 / 5), "10": 0 };
    const expected = {
      votes: 14,
      wins: { [name]: 9, "10": 5 },
      bradley_terry_ties_half: { log_strength_minus_first: logStrength },
    };
    await writeFile(`${prefix}.expected.json`, JSON.stringify(expected));
    return prefix;
  }

  it("may have other arms, of which any is the first", async () => {
    expect(await failures(await twoArms("z"))).toEqual({ names: ["counts", "bradley-terry"], failed: [] });
    expect((await failures(await twoArms("y"))).failed).toEqual([
      ["counts", "arms, value 1: z instead of y"],
      ["bradley-terry", "log strength of y"],
    ]);
  });

  it("names the line of a bad vote", async () => {
    const prefix = await twoArms("z");
    await writeFile(`${prefix}.csv`, (await readFile(`${prefix}.csv`, "utf8")).replace("left\n", "best\n"));
    await expect(verifyCase(prefix)).rejects.toThrow(/^made\.csv has 1 bad of 14 rows\. Line \d+: /);
  });
});
