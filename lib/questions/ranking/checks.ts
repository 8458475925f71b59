/** Checks of raters with a ranking. */
import { z } from "zod";
import { type BestImage, bestImage, knownBest } from "../best-image";
import type { Checks } from "../question-type";
import { imageChoices, imagePosition, type RightAnswerKind } from "../right-answer";

/** All images, best first. */
export type ImageOrder = { type: "order"; order: number[] };

const imageOrder: RightAnswerKind<ImageOrder> = {
  name: "order",
  schema: z.object({ type: z.literal("order"), order: z.array(imagePosition).min(3) }),
  positions: ({ order }) => order,
  fault: ({ order }, images) =>
    order.length !== images || new Set(order).size !== images
      ? `The order names each of the ${images} images once.`
      : null,
  toText: ({ order }) => `Best to worst: images ${order.map((position) => position + 1).join(", ")}`,
};

export const rankingChecks: Checks<ImageOrder | BestImage> = {
  kinds: [imageOrder, bestImage],
  fields: (images) =>
    Array.from({ length: images }, (_, rank) => ({
      name: String(rank),
      label: rank === 0 ? "Best" : rank === images - 1 ? "Worst" : `Place ${rank + 1}`,
      choices: imageChoices(images),
    })),
  fromFields(typed, images) {
    const order = Array.from({ length: images }, (_, rank) => typed[rank]?.[0]);
    return order.includes(undefined) ? null : { type: "order", order: order.map(Number) };
  },
  ...knownBest,
};
