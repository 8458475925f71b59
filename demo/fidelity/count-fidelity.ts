/** How often pictures show what their captions say, counted, with an interval. */
import { decodeImage } from "@/lib/images/decode-image";
import type { WorldPicture } from "../world/picture-sets";
import type { AttributeReader } from "./attribute-reader";
import { readSizePx } from "./palette-features";

/** `right` of `total` pictures; the 95% interval of the share, from 0 to 1. */
export type Share = {
  readonly right: number;
  readonly total: number;
  readonly low: number;
  readonly high: number;
};

export type Fidelity = { readonly fur: Share; readonly setting: Share };

/** A picture drawn for one of the captions of a picture of the world. */
export type DrawnPicture = {
  /** PNG bytes or a path. */
  readonly image: string | Uint8Array;
  /** Whose attributes the caption was written from. */
  readonly picture: WorldPicture;
  /** Which of its captions. */
  readonly caption: number;
};

/** Counts fur and setting, each over the pictures whose caption names it. */
export async function countFidelity(
  reader: AttributeReader,
  drawn: readonly DrawnPicture[],
): Promise<Fidelity> {
  const counts = { fur: { right: 0, total: 0 }, setting: { right: 0, total: 0 } };
  for (const { image, picture, caption } of drawn) {
    const { data } = await decodeImage(image, {
      edit: (whole) => whole.resize(readSizePx, readSizePx, { kernel: "cubic" }),
    });
    const shown = reader.read(data);
    for (const attribute of ["fur", "setting"] as const) {
      if (!picture.captions[caption]!.named.has(attribute)) continue;
      counts[attribute].total++;
      if (shown[attribute] === picture.asked[attribute]) counts[attribute].right++;
    }
  }
  return { fur: toShare(counts.fur), setting: toShare(counts.setting) };
}

/** Normal quantile of a 95% interval. */
const z = 1.959964;

/** Wilson's interval (1927), which stays within 0 and 1 and holds for shares near them. */
export function toShare({ right, total }: { right: number; total: number }): Share {
  if (total === 0) return { right, total, low: 0, high: 1 };
  const share = right / total;
  const centre = (share + z ** 2 / (2 * total)) / (1 + z ** 2 / total);
  const half =
    (z / (1 + z ** 2 / total)) * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  return { right, total, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
