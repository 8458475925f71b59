/** Which training image a picture comes nearest to, and when that counts as a copy. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, expect, test } from "vitest";
import { CopyCheck } from "@/lib/diffusion/training/copy-check";
import { isCopy } from "@/lib/diffusion/training/copy-words";
import { train } from "@/lib/diffusion/training/train";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import { TrainingImages } from "@/lib/diffusion/training/training-images";
import { smallRequest } from "./small-run";

const folder = await mkdtemp(join(tmpdir(), "semblance-copies-"));
afterAll(() => rm(folder, { recursive: true }));

/** Two bars on a ground: not symmetric. */
function picture(widthPx: number, heightPx: number, [ground, bar]: readonly [string, string]) {
  const tall = sharp({ create: { width: widthPx >> 3, height: heightPx, channels: 3, background: bar } });
  const wide = sharp({ create: { width: widthPx, height: heightPx >> 3, channels: 3, background: bar } });
  return Promise.all([tall.png().toBuffer(), wide.png().toBuffer()]).then(([one, other]) =>
    sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: ground } }).composite([
      { input: one, left: widthPx >> 2, top: 0 },
      { input: other, left: 0, top: heightPx >> 2 },
    ]),
  );
}

const square = { left: 0, top: 0, width: 128, height: 128 };
const colours = { wide: ["#205080", "#f0e0a0"], dark: ["#301010", "#40a040"] } as const;

test("a copy is found at another size, cropped and mirrored, and other images are not", async () => {
  const images = await Promise.all(
    Object.entries(colours).map(async ([name, pair]) => {
      const path = join(folder, `${name}.png`);
      await (await picture(name === "wide" ? 192 : 128, 128, pair)).png().toFile(path);
      return { path, name, captions: [name], sha256: name.padEnd(64, "0") };
    }),
  );
  const open = (mirrors: boolean) =>
    TrainingImages.open(images).then((opened) =>
      CopyCheck.open(
        opened,
        { cropAreaMin: 0.8, flip: false, augmentations: mirrors ? { mirror: { probability: 0.5 } } : {} },
        { pause: async () => {} },
      ),
    );
  const shrink = async (source: Sharp) => {
    // What is composed has an alpha channel.
    const { data } = await source.resize(64, 64).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return { data, widthPx: 64, heightPx: 64 };
  };
  const check = await open(false);
  const end = await shrink(sharp(join(folder, "wide.png")).extract({ ...square, left: 64 }));
  expect(check.nearest(end)).toMatchObject({ name: "wide", sha256: images[0]!.sha256 });
  expect(check.nearest(end)!.distance).toBeLessThan(1);
  const mirrored = await shrink(sharp(join(folder, "dark.png")).flop());
  expect(isCopy(check.nearest(mirrored)!)).toBe(false);
  expect((await open(true)).nearest(mirrored)).toMatchObject({ name: "dark" });
  expect((await open(true)).nearest(mirrored)!.distance).toBeLessThan(1);
  // Resizing would come before composing.
  const composed = await (await picture(128, 128, ["#909090", "#101010"])).png().toBuffer();
  const other = await shrink(sharp(composed));
  expect(isCopy(check.nearest(other)!)).toBe(false);
  expect([isCopy({ distance: 6 }), isCopy({ distance: 6.1 })]).toEqual([true, false]);
});

test("a run tells of each preview which training image it comes nearest to", async () => {
  const events: TrainingEvent[] = [];
  const settings = { epochs: 1, batchSize: 5, previewCaptions: ["a red square"] };
  await train(await smallRequest(folder, { settings, onEvent: (event) => events.push(event) }));
  const previews = events.filter((event) => event.type === "preview");
  expect(previews).toHaveLength(1);
  expect(previews[0]!.nearest).toEqual({
    name: expect.stringMatching(/^(red|green|blue|yellow|grey)[.]png$/),
    sha256: null,
    distance: expect.any(Number),
  });
  expect(previews[0]!.nearest!.distance).toBeGreaterThan(6);
}, 60_000);
