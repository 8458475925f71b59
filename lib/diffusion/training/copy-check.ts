/**
 * Finds the training image that a preview comes nearest to, without a network: by what both look like in very few pixels, as the
 * search for near duplicates does it.
 */
import { fingerprintLength, fingerprintSidePx } from "@/lib/images/fingerprint-size";
import type { RgbImage } from "../sampling/rgb-image";
import type { NearestImage } from "./copy-words";
import type { TrainingSettings } from "./fine-tune-settings";
import type { TrainingImages } from "./training-images";

/** Pixels of an image's short side of which its squares are made. */
const shortSidePx = 64;
/** Squares are taken at both ends of an image, too, that is longer than this part of its short side. */
const longFrom = 1.1;

/** How a run shows its images to the model. */
type Seeing = Pick<TrainingSettings, "cropAreaMin" | "flip" | "augmentations">;

type Seen = {
  readonly name: string;
  readonly sha256: string | null;
  readonly squares: readonly Uint8Array[];
};

export class CopyCheck {
  private readonly seen: readonly Seen[];

  private constructor(seen: readonly Seen[]) {
    this.seen = seen;
  }

  /**
   * Reads every image once, about as long as an epoch takes to.
   *
   * @param reading.pause awaited between two images; what it throws ends the reading
   * @param reading.most compares with the first so many images alone
   */
  static async open(
    images: TrainingImages,
    { cropAreaMin, flip, augmentations }: Seeing,
    { pause, most = images.count }: { readonly pause: () => Promise<void>; readonly most?: number },
  ): Promise<CopyCheck> {
    const crops = { cropAreaMin, mirrors: flip || augmentations.mirror !== undefined };
    const seen: Seen[] = [];
    for (let index = 0; index < Math.min(most, images.count); index++) {
      const read = await images.readWhole(index, shortSidePx);
      if (read) seen.push({ name: read.name, sha256: read.sha256, squares: squaresOf(read.image, crops) });
      await pause();
    }
    return new CopyCheck(seen);
  }

  /** Null where no image could be read. */
  nearest(preview: RgbImage): NearestImage | null {
    const own = squareOf(preview, { left: 0, top: 0, sidePx: preview.widthPx });
    let best: NearestImage | null = null;
    for (const { name, sha256, squares } of this.seen) {
      for (const square of squares) {
        const distance = meanDifference(own, square, best?.distance ?? 255);
        if (distance < (best?.distance ?? 256)) best = { name, sha256, distance };
      }
    }
    return best;
  }
}

type Square = { readonly left: number; readonly top: number; readonly sidePx: number };

/** The squares that training crops, or some between: whole, of the smallest size and of one between, in the middle and at the ends. */
function squaresOf(
  image: RgbImage,
  { cropAreaMin, mirrors }: { cropAreaMin: number; mirrors: boolean },
): Uint8Array[] {
  const { widthPx, heightPx } = image;
  const shortPx = Math.min(widthPx, heightPx);
  const isLong = Math.max(widthPx, heightPx) > longFrom * shortPx;
  const areas = cropAreaMin === 1 ? [1] : [1, (1 + cropAreaMin) / 2, cropAreaMin];
  return areas.flatMap((area) => {
    const sidePx = Math.max(1, Math.round(shortPx * Math.sqrt(area)));
    const spare = { x: widthPx - sidePx, y: heightPx - sidePx };
    return (isLong ? [0, 0.5, 1] : [0.5]).flatMap((place) => {
      const alongX = widthPx >= heightPx ? place : 0.5;
      const alongY = widthPx >= heightPx ? 0.5 : place;
      const left = Math.round(spare.x * alongX);
      const top = Math.round(spare.y * alongY);
      const square = squareOf(image, { left, top, sidePx });
      return mirrors ? [square, mirror(square)] : [square];
    });
  });
}

/** Means of 16 × 16 equal parts. */
function squareOf({ data, widthPx }: RgbImage, { left, top, sidePx }: Square): Uint8Array {
  const fingerprint = new Uint8Array(fingerprintLength);
  const edge = (part: number) => Math.floor((part * sidePx) / fingerprintSidePx);
  for (let row = 0; row < fingerprintSidePx; row++) {
    for (let column = 0; column < fingerprintSidePx; column++) {
      const [fromY, toY] = [edge(row), Math.max(edge(row) + 1, edge(row + 1))];
      const [fromX, toX] = [edge(column), Math.max(edge(column) + 1, edge(column + 1))];
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let y = fromY; y < toY; y++) {
          for (let x = fromX; x < toX; x++) sum += data[((top + y) * widthPx + left + x) * 3 + channel]!;
        }
        const place = (row * fingerprintSidePx + column) * 3 + channel;
        fingerprint[place] = Math.round(sum / ((toY - fromY) * (toX - fromX)));
      }
    }
  }
  return fingerprint;
}

function mirror(fingerprint: Uint8Array): Uint8Array {
  const mirrored = new Uint8Array(fingerprintLength);
  for (let at = 0; at < fingerprintLength; at++) {
    const pixel = Math.floor(at / 3);
    const column = pixel % fingerprintSidePx;
    mirrored[(pixel + fingerprintSidePx - 1 - 2 * column) * 3 + (at % 3)] = fingerprint[at]!;
  }
  return mirrored;
}

/** Exact up to `most`, beyond it anything larger. */
function meanDifference(one: Uint8Array, other: Uint8Array, most: number): number {
  let sum = 0;
  for (let at = 0; at < fingerprintLength; at++) {
    sum += Math.abs(one[at]! - other[at]!);
    if (sum > most * fingerprintLength) return Number.POSITIVE_INFINITY;
  }
  return sum / fingerprintLength;
}
