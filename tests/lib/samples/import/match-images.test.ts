/** Names of generated images, as different programs write them, and the captions that they mean. */
import { expect, it } from "vitest";
import { CaptionLookup } from "@/lib/samples/import/caption-lookup";
import { matchByNames, type NameWay } from "@/lib/samples/import/match-images";

const texts = ["a red ball", "A café, at night", "a very long caption of a dog that runs"];
const lookup = new CaptionLookup([
  ...texts.map((text, at) => ({ id: `c${at}`, text, position: 0, stem: `dogs/rex-${at}` })),
  { id: "c0b", text: "another caption", position: 1, stem: "dogs/rex-0" },
]);

/** The caption's id for each file, or why there is none. */
function match(files: readonly string[], way: NameWay | null = null, beside: Record<string, string> = {}) {
  const { by, matches, surplus } = matchByNames(files, new Map(Object.entries(beside)), lookup, way);
  return {
    by,
    ids: matches.map(({ file, caption, origin, doubt }) =>
      [file, caption.id, origin.seed, doubt].filter((part) => part !== undefined && part !== null).join(" "),
    ),
    surplus: surplus.map(({ file }) => file),
  };
}

it("finds stems with their folders or without, with seeds and numbers, and as exports from here name them", () => {
  expect(
    match([
      "dogs/rex-1.png",
      "rex-2.webp",
      "x/rex-0-seed-12.png",
      "x/rex-0-seed-3.png",
      "dogs/rex-0-caption-2-seed-5.png",
      "rex-1/0001.png",
      "rex-1_2.png",
      "cat.png",
    ]),
  ).toEqual({
    by: "the names of the files",
    ids: [
      "dogs/rex-1.png c1",
      "rex-1/0001.png c1",
      "rex-1_2.png c1",
      "rex-2.webp c2",
      "x/rex-0-seed-3.png c0 3",
      "x/rex-0-seed-12.png c0 12",
      "dogs/rex-0-caption-2-seed-5.png c0b 5",
    ],
    surplus: ["cat.png"],
  });
});

it("finds texts in names, and in files beside images; what is cut off or written otherwise is doubtful", () => {
  const cut = "its name is only the beginning of the caption";
  expect(
    match(["00012-7-a_red_ball.png", "A_very_long_caption_of.png", "z.png", "y.png"], null, {
      "z.png": "a  café, at night",
      "y.png": "a house",
    }),
  ).toEqual({
    by: "the captions’ texts",
    ids: [
      "00012-7-a_red_ball.png c0 7",
      `A_very_long_caption_of.png c2 ${cut}`,
      "z.png c1 its text differs in letter case or signs: “a café, at night”",
    ],
    surplus: ["y.png"],
  });
});

it("counts from 0 or from 1, in names of files or of folders, and several of a caption in their order", () => {
  expect(match(["img_1.png", "img_3.png", "img_4.png"])).toEqual({
    by: "numbers in the names of the files",
    ids: ["img_1.png c0", "img_3.png c2"],
    surplus: ["img_4.png"],
  });
  expect(match(["00000/samples.png", "00002_10.png", "00002_9.png"], "index").ids).toEqual([
    "00000/samples.png c0",
    "00002_9.png c2",
    "00002_10.png c2",
  ]);
});

/** A list without names: its places are numbered from 1. */
const prompts = [
  "a red ball",
  "A café, at night",
  "a very long caption of a dog that runs through the wet grass of a park",
  "42 cats",
];
const list = new CaptionLookup(
  prompts.map((text, at) => ({ id: `c${at}`, text, position: 0, stem: String(at + 1) })),
);

/** The captions' places by file, or "-". */
function places(
  files: readonly string[],
  beside: Record<string, string> = {},
  way: NameWay | null = null,
  of = list,
) {
  const { matches, surplus } = matchByNames(files, new Map(Object.entries(beside)), of, way);
  const found = new Map([
    ...matches.map(({ file, caption, doubt }) => [file, `${caption.id}${doubt ? "?" : ""}`] as const),
    ...surplus.map(({ file }) => [file, "-"] as const),
  ]);
  return files.map((file) => found.get(file)).join(" ");
}

it("reads the layouts of generators and benchmarks", () => {
  const cases: [title: string, files: string[], expected: string][] = [
    ["diffusers, from 0", ["image_0.png", "image_1.png", "image_3.png"], "c0 c1 c3"],
    ["numbers alone, from 0", ["0.png", "1.png", "2.png", "3.png"], "c0 c1 c2 c3"],
    ["numbers alone, from 1", ["1.webp", "2.jpg", "4.png"], "c0 c1 c3"],
    ["ComfyUI", ["ComfyUI_00001_.png", "ComfyUI_00002_.png", "ComfyUI_00004_.png"], "c0 c1 c3"],
    ["a model with a number", ["flux1_dev_00001.png", "flux1_dev_00003.png"], "c0 c2"],
    ["a date", ["2024-05-01_512x512_000.png", "2024-05-01_512x512_001.png"], "c0 c1"],
    ["Automatic1111", ["00001-1234567.png", "00003-42.png"], "c0 c2"],
    ["seeds in folders", ["sdxl/1/42.png", "sdxl/2/42.png", "sdxl/4/2.png"], "c0 c1 c3"],
    ["seeds in folders from 0", ["sdxl/0/seed_2.png", "sdxl/1/seed_2.png", "sdxl/3/seed_1.png"], "c0 c1 c3"],
    ["all in one folder of a number", ["2024/0.png", "2024/1.png"], "c0 c1"],
    ["GenEval", ["00000/samples/0000.png", "00000/samples/0001.png", "00003/samples/0000.png"], "c0 c0 c3"],
    ["GenEval with overviews", ["00000/grid.png", "00000/samples/0000.png", "grid-0001.png"], "- c0 -"],
    [
      "T2I-CompBench",
      ["a red ball_000000.png", "A café, at night_000001.png", "42 cats_000003.png"],
      "c0 c1 c3",
    ],
    ["words after numbers", ["00001-7-42 cats.png", "00002-8-a red ball.png"], "c3 c0"],
    ["words and settings", ["a_red_ball_seed7_cfg4.5.png", "a_cafe_at_night-seed-8-steps30.jpg"], "c0 c1"],
    [
      "Midjourney",
      [
        "jane_a_red_ball_5f3c9e0c-8a1b-4c2d-9e3f-001122334455.png",
        "jane_A_cafe_at_night_0a1b2c3d-8a1b-4c2d-9e3f-001122334455_2.png",
        "jane_a_very_long_caption_of_a_dog_that_r_0a1b2c3d-8a1b-4c2d-9e3f-00112233aabb.png",
      ],
      "c0 c1 c2?",
    ],
    [
      "DALL·E",
      [
        "DALL·E 2023-05-01 12.34.56 - a red ball.png",
        `DALL·E 2023-05-01 12.35.10 - ${prompts[2]!.slice(0, 36)}.png`,
      ],
      "c0 c2?",
    ],
    ["cut at 64", [`${prompts[2]!.slice(0, 64).replaceAll(" ", "_")}.png`, "a_red_ball.png"], "c2? c0"],
  ];
  for (const [title, files, expected] of cases) expect(places(files), title).toBe(expected);
});

it("takes the text with an image before a number, and doubts a name that says otherwise", () => {
  const files = ["1.png", "2.png", "3.png"];
  const beside = { "1.png": "42 cats", "2.png": "a red ball", "3.png": "a red ball, best quality" };
  expect(places(files, beside)).toBe("c3 c0 c0?");
  expect(places(files, { "1.png": "42 cats" }, "index")).toBe("c0? c1 c2");
  // Of an image with several captions the text says which.
  expect(places(["dogs/rex-0.png", "rex-1.png"], { "dogs/rex-0.png": "another caption" }, null, lookup)).toBe(
    "c0b c1",
  );
});

it("tells an image by the folders that the dataset knows", () => {
  const pets = new CaptionLookup(
    ["cats/00", "dogs/00", "dogs/01"].map((stem, at) => ({ id: `p${at}`, text: stem, position: 0, stem })),
  );
  const files = ["flux/cats/00.png", "flux/dogs/00.png", "dogs/01_2.png", "01.png"];
  expect(places(files, {}, null, pets)).toBe("p0 p1 p2 p2");
});
