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
      "00012-7-a_red_ball.png c0",
      `A_very_long_caption_of.png c2 ${cut}`,
      "z.png c1 its text differs in letter case or signs: “a  café, at night”",
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
