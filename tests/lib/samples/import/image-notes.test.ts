/** What generators write into images; whole imports of such images are in import-samples.test.ts. */
import sharp from "sharp";
import { expect, test } from "vitest";
import { addPngText } from "@/lib/images/png-text";
import { readImageNotes } from "@/lib/samples/import/image-notes";

const image = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
  .png()
  .toBuffer();
const comfy = (graph: object) => addPngText(image, "prompt", JSON.stringify(graph));

test("the positive prompt of ComfyUI is found behind any number of nodes", () => {
  const length = 20_000;
  const nodes = Object.fromEntries(
    Array.from({ length }, (_, at) => [
      at,
      { inputs: at + 1 < length ? { next: [at + 1, 0] } : { text: "a fox" } },
    ]),
  );
  const sampler = { inputs: { seed: 7, negative: [length, 0], positive: ["0", 0] } };
  expect(readImageNotes(comfy({ sampler, ...nodes, [length]: { inputs: { text: "blurry" } } }))).toEqual({
    notes: expect.objectContaining({ seed: "7" }),
    text: "a fox",
  });
});

test("a graph that links to itself has no text, and no end is waited for", () => {
  const round = {
    a: { inputs: { positive: ["b", 0] } },
    b: { inputs: { conditioning: ["a", 0], on: ["b", 0] } },
  };
  expect(readImageNotes(comfy(round)).text).toBeNull();
});
