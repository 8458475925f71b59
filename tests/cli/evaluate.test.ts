import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EvaluateOptions, evaluate } from "@/cli/evaluate";
import { listImages, pairWithReal, readCaptions } from "@/cli/image-list";
import { writeTinyClip } from "../lib/metrics/extractors/tiny-clip";

const root = mkdtempSync(join(tmpdir(), "semblance-evaluate-"));
const [real, generated, clip] = ["real", "generated", "clip"].map((name) => join(root, name)) as [
  string,
  string,
  string,
];

beforeAll(async () => {
  writeTinyClip(clip);
  for (const [folder, shift] of [
    [real, 0],
    [generated, 40],
  ] as const) {
    mkdirSync(folder);
    for (let i = 0; i < 6; i++) {
      const background = { r: 30 * i, g: 200 - 20 * i, b: 100 + shift };
      await sharp({ create: { width: 16, height: 12, channels: 3, background } })
        .png()
        .toFile(join(folder, `image-${i}.png`));
      if (folder === generated) writeFileSync(join(folder, `image-${i}.txt`), `word ${"abcdef"[i]}\n`);
    }
  }
});
afterAll(() => rmSync(root, { recursive: true }));

async function run(options: Partial<EvaluateOptions>) {
  const [printed, told]: [string[], string[]] = [[], []];
  const code = await evaluate(
    {
      real,
      generated,
      clip,
      weightsFolder: join(root, "weights"),
      cacheFolder: null,
      provider: "cpu",
      ...options,
    },
    { write: (chunk: string | Uint8Array) => printed.push(String(chunk)) > 0 },
    { write: (chunk: string | Uint8Array) => told.push(String(chunk)) > 0 },
  );
  return { code, text: printed.join(""), progress: told.join("") };
}

describe("semblance evaluate", () => {
  test("prints what it can compute, and which command installs the rest", async () => {
    const { code, text, progress } = await run({ json: true });
    expect(code).toBe(0);
    const { scores, leftOut } = JSON.parse(text);
    expect(scores.map((score: { metric: string }) => score.metric)).toEqual(["fid", "kid", "clip-score"]);
    expect(scores[0]).toMatchObject({ value: null, n1: 6, n2: 6 });
    expect(scores[0].remedy).toContain("npx semblance weights get inception");
    expect(scores[2].value).toBeGreaterThan(0);
    expect(scores[2].perImage).toHaveLength(6);
    expect(leftOut).toEqual([]);
    expect(progress).toContain("CLIP");
  });

  test("prints a table for people", async () => {
    const { text } = await run({ metrics: "clip-score,fd-clip" });
    expect(text).toMatch(/set +metric +value +95% interval +better +real +generated/);
    expect(text).toMatch(/clip-score +\d/);
    expect(text).toMatch(/fd-clip +\d\S* +\S+ … \S+ +lower +6 +6/);
    expect(text).toContain("fewer than 2048");
  });

  test("compares several sets with the same real images, as text, JSON, CSV and LaTeX", async () => {
    const sets = [generated, `copies=${real}`];
    const { text } = await run({ generated: sets, metrics: "fd-clip,fid" });
    expect(text).toMatch(/^generated +fd-clip/m);
    expect(text).toMatch(/^copies +fd-clip +0\.0/m);
    // What is missing is missing for both, and said once.
    expect(text.match(/weights get inception/g)).toHaveLength(1);

    const parsed = JSON.parse((await run({ generated: sets, metrics: "fd-clip", format: "json" })).text);
    expect(parsed.sets.map(({ name }: { name: string }) => name)).toEqual(["generated", "copies"]);

    const csv = (await run({ generated: sets, metrics: "fd-clip", format: "csv" })).text.split("\n");
    expect(csv[0]).toBe("set,metric,value,low,high,interval_of,better,n_real,n_generated,warnings,recipe");
    expect(csv[2]).toMatch(/^copies,fd-clip,[\d.e-]+,.*,lower,6,6,"6 images.*""statistic"".*"$/);

    const latex = (await run({ generated: sets, metrics: "fd-clip", format: "latex" })).text;
    expect(latex).toContain("Fréchet distance of CLIP features $\\downarrow$");
    expect(latex).toMatch(/^copies & 6 & \\textbf\{/m);
    await expect(run({ format: "word" })).rejects.toThrow(/"word" is not a format/);
  });

  test("scores several sets on the number of images in the smallest, and says what was drawn", async () => {
    const few = join(root, "few.txt");
    writeFileSync(few, [0, 1, 2, 3].map((i) => `generated/image-${i}.png\n`).join(""));
    const { text } = await run({ generated: [`few=${few}`, generated], metrics: "fd-clip", json: true });
    const [small, large] = JSON.parse(text).sets;
    expect([small.scores[0].n2, large.scores[0].n2]).toEqual([4, 4]);
    expect(large.scores[0].warnings[0]).toMatch(/^4 of 6 images were used \(seed 0\)/);
    expect(small.scores[0].warnings.join()).not.toContain("drawn");
    const alone = JSON.parse((await run({ metrics: "fd-clip", json: true })).text);
    expect(alone.scores[0].n2).toBe(6);
  });

  test("exits with 1 if nothing could be computed, and names unknown metrics", async () => {
    expect((await run({ metrics: "fid" })).code).toBe(1);
    await expect(run({ metrics: "fid,beauty" })).rejects.toThrow(/"beauty"/);
    await expect(run({ real: join(root, "nowhere") })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("lists and captions", () => {
  test("a list names images relative to itself", async () => {
    writeFileSync(join(root, "list.txt"), "real/image-1.png\n\nreal/image-0.png\n");
    const images = await listImages(join(root, "list.txt"));
    expect(images.map(({ id }) => id)).toEqual(["image-1.png", "image-0.png"]);
    expect(images[0]!.path).toBe(join(real, "image-1.png"));
    await expect(listImages(clip)).rejects.toThrow(/names no images/);
  });

  test("a base model's image next to the finished one is skipped in a folder, but can be listed explicitly", async () => {
    const folder = join(root, "drawn");
    mkdirSync(folder);
    for (const name of ["dog-0-base.png", "dog-0.json", "dog-0.png", "home-base.png"]) {
      writeFileSync(join(folder, name), "");
    }
    expect((await listImages(folder)).map(({ id }) => id)).toEqual(["dog-0.png", "home-base.png"]);
    writeFileSync(join(folder, "bases.txt"), "dog-0-base.png\n");
    expect((await listImages(join(folder, "bases.txt"))).map(({ id }) => id)).toEqual(["dog-0-base.png"]);
  });

  test("nested folders are listed entirely, by path; captions are next to the images or at the top", async () => {
    const folder = join(root, "pets");
    for (const kind of ["cats", "dogs"]) {
      mkdirSync(join(folder, kind), { recursive: true });
      for (const name of ["0.png", "1.png"]) writeFileSync(join(folder, kind, name), "");
      writeFileSync(join(folder, kind, "0.txt"), `${kind} beside`);
    }
    writeFileSync(
      join(folder, "captions.csv"),
      "file,caption\ncats/1.png,cats at the top\ndogs/1,dogs at the top\n",
    );
    writeFileSync(join(folder, ".DS_Store"), "");
    writeFileSync(join(folder, "dogs", "moving.mp4"), "");
    symlinkSync(join(root, "nowhere.png"), join(folder, "dogs", "2.png"));
    const warnings: string[] = [];
    const listed = await listImages(folder, (message) => warnings.push(message));
    expect(warnings).toEqual([`${folder}: skipped 1 file that is not images or captions: dogs/moving.mp4.`]);
    expect(listed.map(({ id }) => id)).toEqual([
      "cats/0.png",
      "cats/1.png",
      "dogs/0.png",
      "dogs/1.png",
      "dogs/2.png",
    ]);
    expect(await readCaptions(listed)).toEqual([
      "cats beside",
      "cats at the top",
      "dogs beside",
      "dogs at the top",
      null,
    ]);
    // A list of paths, and captions for all of them in one file elsewhere.
    writeFileSync(join(root, "pets.txt"), "pets/dogs/0.png\npets/cats/0.png\n");
    writeFileSync(join(root, "pets.json"), '{"cats/0.png": "a cat", "dogs/0.png": "a dog"}');
    const two = await listImages(join(root, "pets.txt"));
    expect(new Set(two.map(({ id }) => id)).size).toBe(2);
    expect(await readCaptions(two, join(root, "pets.json"))).toEqual(["a dog", "a cat"]);
    // The real image of the same path is the pair, not that of the same name elsewhere.
    const drawn = listed.map(({ id }) => ({ id, caption: null }));
    expect(await pairWithReal(drawn, listed)).toEqual(listed.map(({ id }) => id));
  });

  test("an image pairs with the real one of its stem that can be read", async () => {
    const folder = join(root, "twins");
    mkdirSync(folder);
    const good = await sharp({ create: { width: 16, height: 16, channels: 3, background: "#a52" } })
      .png()
      .toBuffer();
    for (const [name, bytes] of [
      ["cat.jpg", good],
      ["cat.png", good.subarray(0, 60)],
      ["dog.jpg", good.subarray(0, 60)],
      ["dog.png", good],
      ["dog.webp", good],
    ] as const)
      writeFileSync(join(folder, name), bytes);
    writeFileSync(join(folder, "dog.txt"), "a dog\n");
    const drawn = [
      { id: "cat.png", caption: null },
      { id: "dog.png", caption: null },
      { id: "another.png", caption: "a dog" },
    ];
    expect(await pairWithReal(drawn, await listImages(folder))).toEqual(["cat.jpg", "dog.png", "dog.png"]);
  });

  const given = join(root, "given");
  mkdirSync(given);
  const images = ["a.png", "b.png"].map((id) => ({ id, path: join(root, id) }));
  test.each([
    ["captions.csv", 'file,caption\nb.png,"a dog, brown"\na.png,a cat\n'],
    ["captions.json", '{"a.png": "a cat", "b": "a dog, brown"}'],
    ["captions.txt", "a cat\na dog, brown\n"],
    ["captions.tsv", "file_name\ttext\na.png\ta cat\nB.PNG\ta dog, brown\n"],
    [
      "captions.jsonl",
      '{"file_name": "a.png", "text": "a cat"}\n{"file_name": "b.png", "text": "a dog, brown"}\n',
    ],
    ["list.json", '["a cat", "a dog, brown"]'],
  ])("are read from %s", async (name, content) => {
    writeFileSync(join(given, name), content);
    expect(await readCaptions(images, join(given, name))).toEqual(["a cat", "a dog, brown"]);
  });

  test.each([
    ["wrong.csv", "name,title\na,b\n", /columns are name, title/],
    ["wrong.json", "[1, 2]", /something other than captions/],
    ["broken.json", "{", /not valid JSON/],
    ["wrong.txt", "one line\n", /1 line for 2 images/],
    ["one.json", '["a cat"]', /1 caption for 2 images/],
    ["lines.txt", '{"caption": "a cat"}\n{"caption": "a dog"}\n', /contains JSON/],
    ["nameless.jsonl", '{"text": "a cat"}\n{"text": "a dog"}\n', /does not name the image .* line 1/],
    ["nameless.csv", "id,caption\n2,a cat\n1,a dog\n", /does not name the image .* row 2/],
    ["others.json", '{"c.png": "a cat"}', /names none of the images/],
    ["captions.yaml", "- a cat\n- a dog\n", /not in a known caption format/],
    ["latin.txt", Buffer.from([0x63, 0x61, 0x66, 0xe9, 10, 0x61]), /latin\.txt is not text in UTF-8/],
  ])("of the wrong form in %s are refused by name", async (name, content, message) => {
    writeFileSync(join(given, name), content);
    await expect(readCaptions(images, join(given, name))).rejects.toThrow(message);
  });

  test("are found beside the images, in .txt and in the .json of the sampler", async () => {
    writeFileSync(join(root, "a.txt"), "\nfirst line\nsecond\n");
    writeFileSync(join(root, "b.json"), '{"caption": "sampled", "seed": 3}');
    expect(await readCaptions([...images, { id: "c.png", path: join(root, "c.png") }])).toEqual([
      "first line",
      "sampled",
      null,
    ]);
  });
});
