/** How often images show what their captions say, counted, with an interval. */
import { decodeImage } from "@/lib/images/decode-image";
import { clusterByCaption } from "@/lib/metrics/intervals/caption-clusters";
import { meanInterval } from "@/lib/metrics/intervals/intervals";
import type { WorldImage } from "../world/image-sets";
import type { AttributeReader } from "./attribute-reader";
import { readSizePx } from "./palette-features";

/** `right` of `total` images; the 95% interval of the share, from 0 to 1. */
export type Share = {
  readonly right: number;
  readonly total: number;
  readonly low: number;
  readonly high: number;
};

export type Fidelity = { readonly fur: Share; readonly setting: Share };

/** An image drawn for one of the captions of an image of the world. */
export type DrawnImage = {
  /** PNG bytes or a path. */
  readonly image: string | Uint8Array;
  /** Whose attributes the caption was written from. */
  readonly asked: WorldImage;
  /** Which of its captions. */
  readonly caption: number;
};

/** Counts fur and setting, each over the images whose caption names it; intervals are over captions. */
export async function countFidelity(
  reader: AttributeReader,
  drawn: readonly DrawnImage[],
): Promise<Fidelity> {
  const counted = { fur: [] as Counted[], setting: [] as Counted[] };
  for (const { image, asked, caption: at } of drawn) {
    const { data } = await decodeImage(image, {
      edit: (whole) => whole.resize(readSizePx, readSizePx, { kernel: "cubic" }),
    });
    const shown = reader.read(data);
    const { named, text: caption } = asked.captions[at]!;
    for (const attribute of ["fur", "setting"] as const) {
      if (!named.has(attribute)) continue;
      counted[attribute].push({ isRight: shown[attribute] === asked.asked[attribute], caption });
    }
  }
  return { fur: toClusteredShare(counted.fur), setting: toClusteredShare(counted.setting) };
}

type Counted = { readonly isRight: boolean; readonly caption: string };

/** Several images of one caption count as far as they differ: see `shareInterval`. */
function toClusteredShare(counted: readonly Counted[]): Share {
  const right = counted.filter(({ isRight }) => isRight).length;
  const { generated: clusters } = clusterByCaption({ real: [], generated: counted });
  const hits = counted.map(({ isRight }) => Number(isRight));
  const interval = meanInterval(hits, clusters);
  return interval ? { right, total: counted.length, ...interval } : toShare({ right, total: counted.length });
}

/** Normal quantile of a 95% interval. */
const z = 1.959964;

/** Wilson's interval (1927) of images that each have their own caption, which stays within 0 and 1 and holds for shares near them. */
export function toShare({ right, total }: { right: number; total: number }): Share {
  if (total === 0) return { right, total, low: 0, high: 1 };
  const share = right / total;
  const centre = (share + z ** 2 / (2 * total)) / (1 + z ** 2 / total);
  const half =
    (z / (1 + z ** 2 / total)) * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  return { right, total, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
