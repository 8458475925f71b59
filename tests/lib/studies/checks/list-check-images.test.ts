/** The captions and images from which a draft's checks can be picked. */
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import {
  datasetsOfArms,
  findCheckCaption,
  findCheckCaptions,
  listCheckImages,
} from "@/lib/studies/checks/list-check-images";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

let dogs: string;
let cats: string;

const sha256Of = (text: string) => createHash("sha256").update(text).digest("hex");

async function dataset(name: string, captionLanguage: string, captions: string[]): Promise<string> {
  const { id } = await db.dataset.create({ data: { name, captionLanguage, state: "READY" } });
  for (const [position, text] of captions.entries()) {
    const sha256 = sha256Of(`${name} ${position}`);
    await db.blob.create({ data: { sha256, sizeBytes: 1n, mediaType: "image/png" } });
    await db.image.create({
      data: {
        datasetId: id,
        position,
        stem: `${position}`,
        fileName: `${position}.png`,
        blobSha256: sha256,
        widthPx: 64,
        heightPx: 64,
        captions: { create: { position: 0, text, tokenCount: 4 } },
      },
    });
  }
  return id;
}

beforeAll(async () => {
  dogs = await dataset("dogs", "en", ["a red dog", "a dog asleep"]);
  // The newer one, which would come first.
  cats = await dataset("cats", "de", ["eine Katze", "a dog beside a cat"]);
});

describe("captions to pick from", () => {
  it("are those of the study's own datasets", async () => {
    expect((await findCheckCaptions("", [dogs])).map(({ text }) => text)).toEqual([
      "a red dog",
      "a dog asleep",
    ]);
    expect((await findCheckCaptions("", [cats])).map(({ text }) => text)).toEqual([
      "eine Katze",
      "a dog beside a cat",
    ]);
  });

  it("come from other datasets in a search, after the study's own", async () => {
    expect((await findCheckCaptions(" DOG ", [dogs])).map(({ text, dataset }) => [text, dataset])).toEqual([
      ["a red dog", "dogs"],
      ["a dog asleep", "dogs"],
      ["a dog beside a cat", "cats"],
    ]);
  });

  it("state their language, and so do their images", async () => {
    const [caption] = await findCheckCaptions("Katze", [dogs]);
    expect(caption).toMatchObject({ language: "de", dataset: "cats" });
    expect(await findCheckCaption(caption!.id)).toEqual(caption);
    expect(await listCheckImages([caption!.id])).toMatchObject([{ caption: "eine Katze", language: "de" }]);
  });

  it("belong to the datasets whose images or captions an arm uses", async () => {
    const model = await db.checkpoint.create({
      data: {
        name: "base",
        part: "BASE",
        format: "safetensors",
        options: {},
        parameterCount: 1n,
        tensorCount: 1,
        blobSha256: sha256Of("dogs 0"),
      },
    });
    const set = await db.sampleSet.create({
      data: {
        name: "drawn",
        datasetId: cats,
        baseCheckpointId: model.id,
        settings: {},
        requested: 1,
        state: "SUCCEEDED",
      },
    });
    expect(await datasetsOfArms([{ datasetId: dogs }, { sampleSetId: set.id }])).toEqual([dogs, cats]);
  });
});
