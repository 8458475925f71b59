import { expect, test } from "vitest";
import { getSampleGrid } from "@/lib/samples/get-sample-grid";
import { withTestDatabase } from "@/tests/database";
import { storedCheckpoint } from "@/tests/stored-checkpoint";

const { db } = await withTestDatabase();

test("a grid of sets has a row for each caption that one of them draws, photograph by photograph", async () => {
  const { id: datasetId } = await db.dataset.create({
    data: {
      name: "dogs",
      state: "READY",
      images: {
        // Written in another order than the dataset's.
        create: [1, 0].map((position) => ({
          stem: `dog-${position}`,
          position,
          blobSha256: String(position).repeat(64),
          widthPx: 64,
          heightPx: 64,
          captions: {
            create: [1, 0].map((at) => ({
              text: `dog ${position}, caption ${at}`,
              position: at,
              tokenCount: 4,
            })),
          },
        })),
      },
    },
  });
  const { id: baseCheckpointId } = await db.checkpoint.create({
    data: {
      name: "base",
      ...storedCheckpoint,
    },
  });
  const make = async (name: string, allCaptions: boolean, captionLimit: number | null) => {
    const settings = { datasetId, baseCheckpointId, settings: {}, requested: 1, allCaptions, captionLimit };
    return (await db.sampleSet.create({ data: { name, ...settings } })).id;
  };
  const first = await make("first captions", false, null);
  const every = await make("every caption", true, null);
  const three = await make("three captions", true, 3);
  const rows = async (...sets: string[]) => (await getSampleGrid(sets)).rows.map(({ caption }) => caption);

  expect(await rows(first)).toEqual(["dog 0, caption 0", "dog 1, caption 0"]);
  const all = ["dog 0, caption 0", "dog 0, caption 1", "dog 1, caption 0", "dog 1, caption 1"];
  expect(await rows(every)).toEqual(all);
  expect(await rows(three)).toEqual(all.slice(0, 3));
  // Side by side nothing of either is left out.
  expect(await rows(first, three)).toEqual(all);
});
