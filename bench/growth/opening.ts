/** Opening a study: its items and seats. */
import { createStudy } from "@/lib/studies/design/create-study";
import { openStudy } from "@/lib/studies/plan/open-study";
import { createLoadWorld } from "../rating-load/load-study";
import { growthRow, memory } from "./growth-row";

/** A draft whose arms share so many captions. */
async function draftOf(name: string, captions: number, arms: number, ratersPerItem: number) {
  const { sampleSetIds } = await createLoadWorld(captions, { sets: arms, name });
  return createStudy(
    {
      name,
      criteria: [{ key: "caption-similarity", question: "Which image matches the caption better?" }],
      arms: sampleSetIds.map((sampleSetId, index) => ({ name: `model ${index + 1}`, sampleSetId })),
      captionChoice: { choice: "all" },
      ratersPerItem,
      itemsPerRater: 100,
      access: { way: "invitations", minimumSeconds: 0 },
    },
    "growth",
  );
}

const manyRaters = growthRow({
  name: "opening, 4 arms, 35 raters an item",
  size: 2_000,
  unit: "captions",
  prepare: (captions) => draftOf(`raters ${captions}`, captions, 4, 35),
  measure: async ({ id }, _size, timed) => ({ opening: await timed(() => openStudy(id, "growth")) }),
  figures: [{ name: "opening", unit: "s", most: 40 }, memory(800)],
});

const manyCaptions = growthRow({
  name: "opening, 2 arms",
  size: 40_000,
  unit: "captions",
  prepare: (captions) => draftOf(`captions ${captions}`, captions, 2, 1),
  measure: async ({ id }, _size, timed) => ({ opening: await timed(() => openStudy(id, "growth")) }),
  figures: [{ name: "opening", unit: "s", most: 40 }, memory(800)],
});

export const openingRows = [manyRaters, manyCaptions];
