/** What augmentation and balance do to a run's images, as lines of its log. */
import { augmentationTable } from "@/lib/diffusion/training/augmentation/registry";
import { counted } from "@/lib/text/counted";
import type { Preparation, PreparationSettings } from "./prepare-training-images";

export function preparationLines(
  { concerned, balanced, captionCount, mostDrawn }: Omit<Preparation<unknown>, "images">,
  { captionWords }: Pick<PreparationSettings, "captionWords">,
): string[] {
  const consequence = captionWords === "protect" ? "and are spared" : "and may no longer fit their images";
  return [
    ...concerned
      .filter(({ captions }) => captions > 0)
      .map(
        ({ name, captions }) =>
          `${augmentationTable[name].title}: ${captions} of ${counted(captionCount, "caption", "captions")} name what it changes, ${consequence}.`,
      ),
    ...balanced.map(
      ({ name, values }) =>
        `Balance by ${name}: ${values.map(({ name: value, before, after }) => `${value} ${percent(before)} → ${percent(after)}`).join(", ")} of the images drawn.`,
    ),
    ...(balanced.length > 0
      ? [`An image is drawn at most ${mostDrawn.toFixed(1)} times per epoch in the mean.`]
      : []),
  ];
}

const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
