/** An audit names the bias of the demo's original set: captions ask for a colour, and images are darker. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawImageFiles } from "@/demo/world/image-files";
import { darkening } from "@/demo/world/image-sets";
import { demoWordLists } from "@/demo/world/word-lists";
import { compareImages } from "@/jobs/audit-dataset/compare-images";
import { AttributeCounter } from "@/lib/datasets/audit/attribute-counts";
import { chooseRivals } from "@/lib/datasets/audit/contradictions";
import { listFindings } from "@/lib/datasets/audit/findings";
import { judgeCounts } from "@/lib/datasets/audit/judge-counts";
import { readWeights } from "@/lib/engine/runtime/read-weights";

/** Drawing one takes a tenth of a second. */
const imageCount = 50;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-biased-set-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the demo's biased set", () => {
  let drawn: Awaited<ReturnType<typeof drawImageFiles>>;

  beforeAll(async () => {
    drawn = await drawImageFiles("original", imageCount, { folder, sizePx: 64 });
  }, 120_000);

  async function auditOf(captionsOf: (image: (typeof drawn)[number]) => readonly string[]) {
    const images = drawn.map((image, index) => ({
      path: image.path,
      captions: captionsOf(image).map((text, caption) => ({ id: `${index}/${caption}`, text })),
    }));
    const counter = new AttributeCounter(demoWordLists, ["training"]);
    for (const { captions } of images)
      counter.add(
        captions.map(({ text }) => text),
        0,
      );
    const counts = judgeCounts(counter.counts());
    const checked = ["fur", "pose"].map((name) =>
      demoWordLists.attributes.findIndex((attribute) => attribute.name === name),
    );
    const compared = await compareImages(images, {
      network: "demo-clip",
      lists: demoWordLists,
      checks: checked.map((attribute) => ({
        attribute,
        rivals: chooseRivals(counts.attributes[attribute]!),
      })),
      cacheFolder: null,
      weightsFolder: folder,
      replacements: { "demo-clip": "demo/pack/weights/clip.safetensors" },
      readTensors: readWeights,
      provider: "cpu",
    });
    return { images, compared, findings: listFindings(counts, compared.counts) };
  }

  test("is named: asked for brown, grey, golden or white, images look darker", async () => {
    const { images, compared, findings } = await auditOf(({ captions }) => captions);
    const [fur, pose] = compared.counts.attributes;
    for (const [asked, [darker, probability]] of Object.entries(darkening)) {
      const shown = fur!.asked.find(({ value }) => value === asked)!.shown[0]!;
      expect(shown.value, asked).toBe(darker);
      const sentence = findings.find(({ text }) => text.includes(`says “${asked}” (fur)`));
      if (probability === 0) expect(sentence).toBeUndefined();
      else expect(sentence?.text).toContain(`of them like “${darker}”`);
    }
    // It is the colour alone that images get wrong.
    expect(pose!.contradicting).toBe(0);
    const [worst, ...others] = compared.contradictions;
    expect(others.every(({ margin }) => margin > 0 && margin <= worst!.margin)).toBe(true);
    for (const { captionId, asked, shown } of compared.contradictions) {
      const image = drawn[Number(captionId.split("/")[0])]!.image;
      expect([image.asked.fur, image.shown.fur]).toEqual([asked, shown]);
    }
    expect(images).toHaveLength(imageCount);
  });

  test("with captions of what the images show, nothing is found", async () => {
    const { compared, findings } = await auditOf(({ captions, image }) =>
      captions.map((caption) => caption.replace(image.asked.fur, image.shown.fur)),
    );
    expect(compared.counts.attributes[0]!.captions).toBeGreaterThan(90);
    expect(compared.contradictions).toEqual([]);
    expect(findings.filter(({ kind }) => kind === "contradiction")).toEqual([]);
  });
});
