import { expect, it } from "vitest";
import { type ArmImages, shareCaptions } from "@/lib/studies/plan/arm-images";

/** Captions as "id: text". */
function arm(armId: string, datasetId: string | null, captions: readonly string[]): ArmImages {
  const images = captions.map((caption) => {
    const [captionId, text] = caption.split(": ") as [string, string];
    return {
      captionId,
      imageId: `image of ${captionId}`,
      text,
      sha256: `${armId} ${captionId}`,
      sampleId: null,
    };
  });
  return { armId, armName: armId, datasetId, images };
}

it("distinguishes captions of one dataset by their images, even if their texts are the same", () => {
  const { captions, arms } = shareCaptions([
    arm("a", "dogs", ["1: a dog", "2: a dog", "3: a cat"]),
    arm("b", "dogs", ["2: a dog", "3: a cat"]),
  ]);
  expect(captions.map(({ id }) => id)).toEqual(["2", "3"]);
  expect([...arms[1]!.sha256ByCaption]).toEqual([
    ["2", "b 2"],
    ["3", "b 3"],
  ]);
});

it("matches captions of different datasets by text, ignoring white space and order", () => {
  const { captions, arms } = shareCaptions([
    arm("a", "prompts", ["1: a  red café", "2: a dog", "3: a dog", "4: a bird"]),
    arm("b", "others", ["x: a dog", "y: a red cafe\u0301 ", "z: a dog"]),
  ]);
  expect(captions).toEqual([
    { id: "1", text: "a  red café", ids: ["1", "y"] },
    { id: "2", text: "a dog", ids: ["2", "x"] },
    { id: "3", text: "a dog", ids: ["3", "z"] },
  ]);
  expect([...arms[1]!.sha256ByCaption.values()]).toEqual(["b y", "b x", "b z"]);
});

it("shares no captions with an arm without images", () => {
  expect(shareCaptions([arm("a", "dogs", ["1: a dog"]), arm("b", null, [])]).captions).toEqual([]);
});
