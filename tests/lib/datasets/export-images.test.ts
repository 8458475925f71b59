import { join } from "node:path";
import { expect, test } from "vitest";
import type { Categories } from "@/lib/datasets/caption-formats/categories";
import {
  type ExportedCaption,
  type ExportedImage,
  exportFile,
  exportFileName,
  exportImages,
  exportLayouts,
} from "@/lib/datasets/export-images";
import { stemOf } from "@/lib/datasets/file-names";
import { pairCaptions } from "@/lib/datasets/pair-captions";
import { openSource } from "@/lib/datasets/sources/open-source";
import type { Split } from "@/lib/generated/prisma/enums";
import { anyFile } from "@/lib/platform/server-files/file-access";
import { useDataFolder } from "@/tests/data-folder";
import { drawImage } from "@/tests/images";

const dataFolder = useDataFolder();

type Held = { stem: string; captions: readonly ExportedCaption[]; bytes: Buffer; split: Split };

const noted = (text: string, categories: Categories = {}) => ({ text, categories });

/** More than a row group, two images of one name in different folders, captions that are hard to write down. */
const held: Held[] = [
  {
    stem: "cats/00",
    captions: [
      noted("a “small” cat, black", { Category: ["Animals"], skills: ["counting", 'words, "quoted"'] }),
      noted('quoted "so"'),
      noted("{a cat}", { Größe: ["x=1"] }),
    ],
    bytes: await drawImage(1),
    split: "HELD_OUT",
  },
  {
    stem: "dogs/00",
    captions: [noted("two\nlines", { skills: ["negation"] }), noted("one\ttab", { Category: ["{}"] })],
    bytes: await drawImage(2, { format: "jpeg" }),
    split: "TRAINING",
  },
  {
    stem: "dogs/v1.5 é",
    captions: [noted("ein Hund – größer")],
    bytes: await drawImage(3, { format: "webp" }),
    split: "HELD_OUT",
  },
  ...Array.from({ length: 120 }, (_, index) => ({
    stem: `more/${String(index).padStart(3, "0")}`,
    captions: [noted(`image ${index}`, index % 2 === 0 ? { Category: [`${index}`] } : {})],
    bytes: Buffer.from(`bytes ${index}`),
    split: index % 5 === 0 ? ("HELD_OUT" as const) : ("TRAINING" as const),
  })),
];

async function* exported(): AsyncGenerator<ExportedImage> {
  for (const [index, { stem, captions, bytes, split }] of held.entries()) {
    const mediaType = index === 1 ? "image/jpeg" : index === 2 ? "image/webp" : "image/png";
    yield { stem, captions, mediaType, split, read: async () => bytes };
  }
}

/** All that an import finds at a path. */
async function readBack(path: string): Promise<Held[]> {
  const source = await openSource({ kind: "folder", path }, anyFile);
  const { images, remarks } = await pairCaptions(source.files);
  const read: Held[] = [];
  for (const { file, captions } of images) {
    read.push({
      stem: stemOf(file.path),
      captions: captions.map(({ text, categories = {} }) => ({ text, categories })),
      split: captions[0]!.split!,
      bytes: Buffer.from(await file.read()),
    });
  }
  await source.close();
  expect([...source.remarks, ...remarks]).toEqual([]);
  return read;
}

test.each(exportLayouts)("an export as %s is read back equal, and overwrites nothing", async (layout) => {
  const folder = join(dataFolder, layout);
  expect(await exportImages(exported(), layout, folder)).toBe(held.length);
  expect(await readBack(folder)).toEqual(held);
  await expect(exportImages(exported(), layout, folder)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("is there already."),
  });
});

test.each(exportLayouts)("an export as one file (%s) is read back equal", async (layout) => {
  const path = join(dataFolder, exportFileName(layout));
  expect(await exportFile(exported(), layout, path)).toBe(held.length);
  expect(await readBack(path)).toEqual(held);
});

test.each(exportLayouts)(
  "an export as one file (%s) ends with the error of an image that cannot be read",
  async (layout) => {
    async function* broken(): AsyncGenerator<ExportedImage> {
      yield* exported();
      yield {
        ...{ stem: "lost", mediaType: "image/png", captions: [noted("x")] },
        read: () => Promise.reject(new Error("The store has lost it.")),
      };
    }
    const path = join(dataFolder, `broken-${exportFileName(layout)}`);
    await expect(exportFile(broken(), layout, path)).rejects.toThrow("The store has lost it.");
  },
);
