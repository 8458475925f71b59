/** Covers a part of an image. */
import { type Augmentation, sideOf } from "./augmentation";

/** Height by width of a covering rectangle is at most this, and at least its inverse. */
const mostElongated = 3.3;

/**
 * A grey rectangle with a given share of the area, of random proportions and at a random place (Random Erasing, Zhong et al.
 * 2017, arXiv 1708.04896). Where the image is too low or too narrow for its proportions, it reaches from edge to edge.
 */
export const occlusion: Augmentation = {
  title: "Occlusion",
  description: "Covers a rectangle with grey.",
  stream: 11,
  range: { label: "Share of the area", least: 0, most: 0.9, from: 0.05, to: 0.25 },
  changes: [],
  degradation: "partly covered",
  movesPixels: false,
  apply(pixels, share, random) {
    const size = sideOf(pixels);
    const elongation = mostElongated ** (2 * random.uniform() - 1);
    const area = share * size ** 2;
    const height = Math.min(size, Math.max(area / size, Math.sqrt(area * elongation)));
    const [rows, columns] = [
      Math.round(height),
      Math.round(height === 0 ? 0 : Math.min(size, area / height)),
    ];
    const top = random.integer(size - rows + 1);
    const left = random.integer(size - columns + 1);
    const covered = pixels.slice();
    for (let channel = 0; channel < 3; channel++) {
      for (let y = top; y < top + rows; y++) {
        const start = (channel * size + y) * size + left;
        covered.fill(0, start, start + columns);
      }
    }
    return covered;
  },
};
