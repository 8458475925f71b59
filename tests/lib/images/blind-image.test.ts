/** Raters get images of different sizes and aspects as the study says. */
import sharp from "sharp";
import { expect, it } from "vitest";
import { fittingSidePx } from "@/lib/images/blind-fit";
import { renderBlindImage } from "@/lib/images/blind-image";
import { blindKind, readBlindKind } from "@/lib/images/rendition-kind";

/** Red on the left, green in the middle square, blue on the right. */
async function wideImage(): Promise<Buffer> {
  const part = (background: string, width: number) =>
    sharp({ create: { width, height: 200, channels: 3, background } })
      .png()
      .toBuffer();
  return sharp({ create: { width: 800, height: 200, channels: 3, background: "#00ff00" } })
    .composite([
      { input: await part("#ff0000", 300), left: 0, top: 0 },
      { input: await part("#0000ff", 300), left: 500, top: 0 },
    ])
    .png()
    .toBuffer();
}

async function pixels(png: Buffer, places: readonly (readonly [x: number, y: number])[]) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return places.map(([x, y]) =>
    data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3).toString("hex"),
  );
}

it("cuts out the square, fits the whole image into it on grey, or keeps the aspect at the square's area", async () => {
  const wide = await wideImage();
  const size = { widthPx: 800, heightPx: 200 };
  expect((["crop", "fit", "area"] as const).map((fit) => fittingSidePx(fit, size))).toEqual([200, 800, 400]);

  const cropped = await renderBlindImage(wide, { sizePx: 100, fit: "crop" });
  expect(cropped).toMatchObject({ widthPx: 100, heightPx: 100 });
  expect(
    await pixels(cropped.png, [
      [50, 50],
      [20, 20],
    ]),
  ).toEqual(["00ff00", "00ff00"]);

  const fitted = await renderBlindImage(wide, { sizePx: 100, fit: "fit" });
  expect(fitted).toMatchObject({ widthPx: 100, heightPx: 100 });
  expect(
    await pixels(fitted.png, [
      [50, 10],
      [50, 90],
      [5, 50],
      [95, 50],
    ]),
  ).toEqual(["808080", "808080", "ff0000", "0000ff"]);
  // What a file of the study's other images tells is the same.
  expect(fitted.png.length).toBe(cropped.png.length);

  const whole = await renderBlindImage(wide, { sizePx: 100, fit: "area" });
  expect(whole).toMatchObject({ widthPx: 200, heightPx: 50 });
  expect(await sharp(whole.png).metadata()).toMatchObject({ width: 200, height: 50 });
  expect(
    await pixels(whole.png, [
      [5, 25],
      [195, 25],
    ]),
  ).toEqual(["ff0000", "0000ff"]);
});

it("names each kind so that it can be read again, and the square as it always was", () => {
  expect(blindKind("crop", 128)).toBe("blind-128");
  for (const fit of ["crop", "fit", "area"] as const) {
    expect(readBlindKind(blindKind(fit, 128))).toEqual({ fit, sizePx: 128 });
  }
  expect(["whole", "side-128", "blind-other-128"].map(readBlindKind)).toEqual([null, null, null]);
});
