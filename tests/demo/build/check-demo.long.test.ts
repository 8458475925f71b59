import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDemo } from "@/demo/build/build-demo";
import { checkClaims } from "@/demo/build/check-claims";
import { checkDemo } from "@/demo/build/check-demo";
import { demoFigures } from "@/demo/build/demo-figures";
import { simulateVotes } from "@/demo/build/simulate-votes";
import { type DemoPack, packedFile, packFile } from "@/demo/install/pack";
import { buildTinyPack, tinySizes } from "../tiny-pack";

let root: string;
let folder: string;
let pack: DemoPack;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "semblance-check-"));
  folder = join(root, "pack");
  pack = await buildTinyPack(folder, join(root, "work"));
  await mkdir(join(root, "docs", "deep"), { recursive: true });
  await writeFile(join(root, "README.md"), "Nothing of the demo.\n");
}, 300_000);

afterAll(() => rm(root, { recursive: true, force: true }));

const check = (options: { quick?: boolean; write?: boolean; folder?: string } = {}) =>
  checkDemo({
    folder,
    work: join(root, "work"),
    documents: root,
    quick: true,
    write: false,
    say: () => {},
    ...options,
  });

test("a built pack passes the check, also when its images are redrawn", async () => {
  expect(await check({ quick: false })).toEqual([]);
}, 120_000);

test("a second build redraws nothing and gives the same pack", async () => {
  const said: string[] = [];
  const again = await buildDemo({
    folder,
    work: join(root, "work"),
    sizes: tinySizes,
    say: (message) => said.push(message),
    signal: new AbortController().signal,
  });
  expect(again).toEqual(pack);
  expect(said.filter((message) => message.includes("of them new"))).toHaveLength(7);
  expect(said.filter((message) => message.includes(" 0 of them new"))).toHaveLength(7);
});

test("a build without some weights draws what it can and names the missing files", async () => {
  const partial = join(root, "partial");
  await cp(folder, partial, { recursive: true });
  await rm(join(partial, packFile));
  await rm(join(partial, "images"), { recursive: true });
  await rm(join(partial, "weights", "upsampler-tuned-40.safetensors"));
  const said: string[] = [];
  const building = buildDemo({
    folder: partial,
    work: join(root, "work"),
    sizes: tinySizes,
    say: (message) => said.push(message),
    signal: new AbortController().signal,
  });
  await expect(building).rejects.toMatchObject({
    code: "missing_weights",
    message: expect.stringContaining("upsampler-tuned-40.safetensors"),
  });
  expect(said.filter((message) => message.includes("images are there"))).toHaveLength(5);
});

test("figures in documents are compared with the pack's, named where they differ, and corrected by --write", async () => {
  const figures = await demoFigures(pack, folder);
  const document = join(root, "docs", "deep", "demo.md");
  const mark = (name: string, text: string) => `<!-- demo:${name} -->${text}<!-- /demo -->`;
  await writeFile(document, `Fur is right in ${mark("fur-after", "101%")}, ${mark("votes", "many")} votes.`);
  // Counting and measuring the pack again takes seconds: once is enough.
  const findClaims = (write: boolean) => checkClaims(figures, root, { write });
  const findings = await findClaims(false);
  expect(findings.map(({ figure }) => figure)).toEqual([
    "demo:fur-after in docs/deep/demo.md",
    "demo:votes in docs/deep/demo.md",
  ]);
  expect(await check({ write: true })).toEqual([]);
  expect(await readFile(document, "utf8")).toBe(
    `Fur is right in ${mark("fur-after", figures.get("fur-after")!)}, ${mark("votes", String(3 * 5 * tinySizes.enlargedCaptions))} votes.`,
  );
  expect(await findClaims(false)).toEqual([]);
  await writeFile(document, mark("no-such-figure", "1"));
  expect(await findClaims(true)).toMatchObject([{ figure: "demo:no-such-figure in docs/deep/demo.md" }]);
  await rm(document);
}, 120_000);

test("the check names a changed count, image, score or vote in the pack", async () => {
  const changed = join(root, "changed");
  await cp(folder, changed, { recursive: true });
  const small = pack.sampleSets[0]!;
  const fur = { ...small.fidelity.fur, right: small.fidelity.fur.right + 1 };
  const [first, ...others] = pack.sampleSets[1]!.evaluations[0]!.scores;
  const tampered: DemoPack = {
    ...pack,
    sampleSets: [
      { ...small, fidelity: { ...small.fidelity, fur } },
      {
        ...pack.sampleSets[1]!,
        evaluations: [
          {
            ...pack.sampleSets[1]!.evaluations[0]!,
            scores: [{ ...first!, value: first!.value! * 0.9 }, ...others],
          },
        ],
      },
      ...pack.sampleSets.slice(2),
    ],
  };
  await writeFile(join(changed, packFile), JSON.stringify(tampered));
  const votes = join(changed, "votes", "example.csv");
  await writeFile(votes, (await readFile(votes, "utf8")).replace(/,left,(?=\d)/, ",right,"));
  const [one, other] = ["original-20", "tuned-20"].map((key) => {
    const set = pack.sampleSets.find((each) => each.key === key)!;
    return join(changed, packedFile(set, { index: 0, seed: 0 }).image);
  });
  await cp(one!, other!);
  const figures = (await check({ folder: changed })).map(({ figure }) => figure);
  expect(figures).toEqual(
    expect.arrayContaining([
      "fur of original-64",
      "fd-demo of tuned-64 at 64 px",
      "votes of example",
      "images/tuned-20/000-0.png",
    ]),
  );
}, 120_000);

test("simulated raters prefer correct images, never see a pair twice, and have little left/right bias", () => {
  const captions = Array.from({ length: 40 }, (_, index) => `caption ${index}`);
  const images = (isRight: boolean) => captions.map(() => ({ furRight: isRight, settingRight: isRight }));
  const votes = simulateVotes({
    captions,
    arms: [
      { name: "right", isReal: false, images: images(true) },
      { name: "wrong", isReal: false, images: images(false) },
    ],
    ratersPerItem: 5,
    itemsPerRater: 10,
    seed: 1,
  });
  expect(votes).toHaveLength(200);
  expect(new Set(votes.map(({ caption, rater }) => `${caption} ${rater}`)).size).toBe(200);
  const chosen = votes.map(({ left, right, winner }) =>
    winner === "left" ? left : winner === "right" ? right : null,
  );
  const count = (name: string | null) => chosen.filter((each) => each === name).length;
  expect(count("right")).toBeGreaterThan(4 * count("wrong"));
  expect(count("wrong")).toBeGreaterThan(0);
  const left = votes.filter(({ winner }) => winner === "left").length;
  const right = votes.filter(({ winner }) => winner === "right").length;
  expect(Math.abs(left - right)).toBeLessThan(50);
});
