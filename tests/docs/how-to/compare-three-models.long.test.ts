/** The how-to “Compare three models from folders”, from folders of images to the leaderboard, as it is typed. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { main } from "@/cli/semblance";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { submitRating } from "@/lib/rating/answer/submit-rating";
import { joinStudy } from "@/lib/rating/join/join-study";
import { findAssignedImage } from "@/lib/rating/lease/find-assigned-image";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { withTestDatabase } from "@/tests/database";

const { db, dataFolder } = await withTestDatabase();

let said = "";
let complained = "";
beforeEach(() => {
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    complained += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

async function semblance(...words: string[]): Promise<string> {
  [said, complained] = ["", ""];
  const code = await main(["node", "semblance", ...words]);
  expect(code, complained).toBe(0);
  return said;
}

/** A plain image: the brighter, the better in the eyes of this test's raters. */
function image(brightness: number, width = 96, height = 96): Promise<Buffer> {
  return sharp({
    create: { width, height, channels: 3, background: { r: brightness, g: brightness, b: brightness } },
  })
    .png()
    .toBuffer();
}

const prompts = [
  "a red cube on a table",
  "two cats, sleeping",
  "a café at night",
  "snow on a bridge",
  "an old map",
  "rain",
];

const folder = (name: string) => {
  const path = join(dataFolder, "imports", name);
  mkdirSync(path, { recursive: true });
  return path;
};

test("three folders become a blind study, its answers a leaderboard", { timeout: 180_000 }, async () => {
  const list = join(dataFolder, "prompts.txt");
  writeFileSync(list, `${prompts.join("\n")}\n`);
  expect(await semblance("datasets", "import", list)).toBe("prompts: 6 captions without images\n");
  const same = join(dataFolder, "the same prompts.tsv");
  const reversed = [...prompts].reverse().map((text, at) => `p${at}\t${text.replace(" ", "  ")}`);
  writeFileSync(same, `image\tPrompt\n${reversed.join("\n")}\n`);
  await semblance("datasets", "import", same);

  const flux = folder("flux");
  for (const at of prompts.keys()) writeFileSync(join(flux, `img_${at}.png`), await image(220 - at, 120));
  const rows = prompts.map((text, at) => `img_${at}.png,"${text}",${1000 + at},28`);
  writeFileSync(join(flux, "manifest.csv"), `file,prompt,seed,steps\n${rows.join("\n")}\n`);
  const diffusion = folder("diffusion");
  for (const [at, text] of prompts.entries()) {
    writeFileSync(join(diffusion, `${text.replaceAll(/\W+/g, "_")}.png`), await image(130 - at));
  }
  writeFileSync(join(diffusion, "a_caf_at_night.txt"), "a café at night\n");
  const own = folder("own");
  for (const at of prompts.keys()) {
    for (const which of [0, 1]) {
      writeFileSync(join(own, `0000${at}_${which}.png`), await image(60 - 4 * at - which, 96, 80));
    }
  }

  const imported = await semblance(
    ...["samples", "import", "FLUX", "--dataset", "prompts", "--images", flux, "--model", "FLUX.1"],
  );
  expect(imported).toContain("6 images for 6 captions, matched by the column prompt of manifest.csv");
  expect(await semblance("samples", "import", "SD", "--dataset", "prompts", "--images", diffusion)).toContain(
    "matched by the captions’ texts",
  );
  // Two images for one caption: nothing before that is allowed.
  const preview = ["samples", "import", "own", "--dataset", "the same prompts", "--images", own];
  expect(await main(["node", "semblance", ...preview])).toBe(2);
  expect(complained).toContain("00000_0.png and 00000_1.png are both for “rain”.");
  expect(await db.sampleSet.count()).toBe(2);
  expect(await semblance(...preview, "--several")).toContain(
    "12 images for 6 captions, matched by numbers in the names of the files",
  );
  const [first] = await db.sample.findMany({
    where: { sampleSet: { name: "FLUX" }, caption: { text: prompts[2]! } },
  });
  expect(first!.origin).toEqual({
    file: "img_2.png",
    model: "FLUX.1",
    seed: "1002",
    settings: { steps: "28" },
  });
  expect(await db.sampleSet.findUnique({ where: { name: "own" } })).toMatchObject({
    state: "SUCCEEDED",
    requested: 12,
    shortestSidePx: 80,
    baseCheckpointId: null,
  });

  const sets = await db.sampleSet.findMany({ orderBy: { createdAt: "asc" } });
  const design = join(dataFolder, "design.json");
  const criterion = (key: string, questionType: string) => ({
    key,
    questionType,
    question: "Which is better?",
  });
  writeFileSync(
    design,
    JSON.stringify({
      name: "three models",
      criteria: [
        criterion("quality", "pair"),
        criterion("order", "ranking"),
        criterion("extremes", "best-worst"),
        criterion("degree", "graded-pair"),
        criterion("score", "likert"),
      ],
      arms: sets.map(({ id, name }) => ({ name, sampleSetId: id })),
      imageFit: "area",
      qualityControl: { attentionChecks: 1 },
      ratersPerItem: 1,
      itemsPerRater: 100,
      access: { minimumSeconds: 0, ratersPerDevice: null, ratersPerAddress: null },
    }),
  );
  await semblance("study", "create", design);
  expect(await semblance("study", "registration", "three models")).toContain(
    "Images: the whole of each at its own aspect, with the area of 87 × 87 px.",
  );
  await semblance("study", "open", "three models");

  const { inviteToken, id: studyId } = await db.study.findUniqueOrThrow({ where: { name: "three models" } });
  await answerByBrightness((await joinStudy(inviteToken, {})).raterId);
  const board: Record<string, string>[] = parse(await semblance("study", "leaderboard", "three models"), {
    columns: true,
  });
  const orders = ["quality", "order", "extremes", "degree", "score"].map((key) =>
    board.filter(({ criterion: own }) => own === key).map(({ arm }) => arm),
  );
  expect(orders).toEqual(Array(5).fill(["FLUX", "SD", "own"]));

  const release = join(dataFolder, "release");
  await semblance("study", "release", "three models", "--out", release);
  const origins: Record<string, string>[] = parse(readFileSync(join(release, "origins.csv")), {
    columns: true,
  });
  expect(origins).toHaveLength(18);
  expect(origins.find(({ arm, caption }) => arm === "FLUX" && caption === prompts[2])).toMatchObject({
    file: "img_2.png",
    model: "FLUX.1",
    seed: "1002",
    settings: '{"steps":"28"}',
  });
  expect(origins.filter(({ arm, caption }) => arm === "own" && caption === prompts[3])).toMatchObject([
    { file: "00002_0.png", seed: "" },
  ]);
  await semblance("rebuild", release);

  const exported = join(dataFolder, "exported");
  await semblance("samples", "export", "FLUX", "--out", exported);
  expect(JSON.parse(readFileSync(join(exported, "3-seed-0.json"), "utf8"))).toMatchObject({ seed: "1002" });
  expect(await db.study.findUnique({ where: { id: studyId } })).toMatchObject({ imageFit: "area" });
});

/** Answers everything, the brightest image first. */
async function answerByBrightness(raterId: string): Promise<void> {
  for (;;) {
    const item = (await leaseAssignments(raterId)).items[0];
    if (!item) return;
    const light = await Promise.all(
      item.imageTokens.map(async (token) => {
        const { sha256 } = (await findAssignedImage(raterId, token))!;
        return (await sharp(await readBlob(sha256)).stats()).channels[0]!.mean;
      }),
    );
    const order = [...light.keys()].sort((a, b) => light[b]! - light[a]!);
    const [best, worst] = [order[0]!, order.at(-1)!];
    const answer = {
      pair: { type: "pair", winner: best === 0 ? "left" : "right" },
      "graded-pair": { type: "graded-pair", grade: best === 0 ? -3 : 3 },
      likert: { type: "likert", score: Math.ceil(light[0]! / 52) },
      ranking: { type: "ranking", order },
      "best-worst": { type: "best-worst", best, worst },
    }[item.questionType];
    await submitRating(raterId, {
      assignmentId: item.assignmentId,
      answer: answer as never,
      clientKey: crypto.randomUUID(),
      latencyMs: 900,
    });
  }
}
