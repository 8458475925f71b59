/** An image of the demo world from its attributes and a seed: composed as SVG, then rasterised. */
import sharp from "sharp";
import type { RgbImage } from "@/lib/diffusion/sampling/rgb-image";
import { Random } from "@/lib/numerics/random";
import type { Attributes, Light } from "./attributes";
import { drawDog } from "./dog";
import { drawScenery } from "./scenery";

/** Side of an image of the demo world, in pixels. */
export const imageSizePx = 256;

const sizeScale = { small: 0.86, medium: 0.96, large: 1.06 } as const;

/** Glazes laid over an image: strong on the setting, faint on the dog, whose colour must stay what it is. */
const glazes: Readonly<Record<Light, (strength: number) => string>> = {
  daylight: () => "",
  "golden evening": (strength) =>
    `<rect width="256" height="256" fill="url(#evening)" fill-opacity="${strength}"/>`,
  cloudy: (strength) => `<rect width="256" height="256" fill="#7f8c9d" fill-opacity="${0.3 * strength}"/>`,
};

const dogGlaze = 0.2;

const eveningLight =
  '<linearGradient id="evening" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#ffb04a" stop-opacity="0.55"/>' +
  '<stop offset="1" stop-color="#ff7a3c" stop-opacity="0.18"/></linearGradient>';

/** Streams of an image's seed: the dog's irregularities must not depend on the setting's. */
const DOG_STREAM = 1;
const SCENERY_STREAM = 2;
const PLACE_STREAM = 3;

/** The image as SVG; the same text for the same attributes and seed. */
export function imageSvg(attributes: Attributes, seed: number): string {
  const place = new Random(seed, PLACE_STREAM);
  const scenery = drawScenery(new Random(seed, SCENERY_STREAM), attributes.setting);
  const dog = drawDog(new Random(seed, DOG_STREAM), attributes);
  const scale = sizeScale[attributes.size] * (0.98 + 0.04 * place.uniform());
  const left = 128 + (place.uniform() - 0.5) * 14;
  const floor = attributes.pose === "portrait" ? 256 : 236;
  const centre = attributes.pose === "standing" ? 142 : attributes.pose === "lying" ? 140 : 128;
  const glaze = glazes[attributes.light];
  const shadow =
    attributes.pose === "portrait"
      ? ""
      : `<ellipse cx="${centre}" cy="230" rx="88" ry="9" fill="#101418" fill-opacity="0.38" filter="url(#shadow)"/>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 256 256">` +
    `<defs><filter id="shadow" x="-30%" y="-100%" width="160%" height="300%"><feGaussianBlur stdDeviation="4"/></filter>${eveningLight}</defs>` +
    scenery.behind +
    glaze(1 - dogGlaze) +
    `<g transform="translate(${left.toFixed(2)} ${floor}) scale(${scale.toFixed(4)}) translate(${-centre} ${-floor})">${shadow}${dog}</g>` +
    `${scenery.before}${glaze(dogGlaze)}</svg>`
  );
}

/** The image, [256, 256] RGB. */
export async function renderImage(attributes: Attributes, seed: number): Promise<RgbImage> {
  const data = await sharp(Buffer.from(imageSvg(attributes, seed)))
    .removeAlpha()
    .raw()
    .toBuffer();
  return { widthPx: imageSizePx, heightPx: imageSizePx, data };
}
