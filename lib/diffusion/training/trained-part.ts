/** Which of a model's tensors learn. */

export const trainedParts = ["all", "unet", "text"] as const;

/** The whole model, the UNet with the text encoder frozen, or the text encoder with the UNet frozen. */
export type TrainedPart = (typeof trainedParts)[number];

/** Names of the text encoder's tensors, as far as the UNet's attention, which has its own weights for the text. */
const textEncoder =
  /^(token_embedding|positional_embedding|padding_embedding|transformer|final_ln|transformer_proj)\b/;

/** Whether the tensor `name` learns where `part` is trained. */
export function isTrained(part: TrainedPart, name: string): boolean {
  return part === "all" || textEncoder.test(name) === (part === "text");
}
