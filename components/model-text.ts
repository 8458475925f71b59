/** How pages speak of models. */
import type { ModelPart } from "@/lib/generated/prisma/enums";

export const partNames: Record<ModelPart, { label: string; text: string }> = {
  BASE: { label: "Base", text: "Samples a 64 px image from the caption." },
  UPSAMPLER: { label: "Upsampler", text: "Upsamples it to 256 px, also using the caption." },
};

export const presetNames = {
  tiny: { label: "Tiny", text: "2.8 million parameters. Trains in minutes on two cores, to try things out." },
  small: { label: "Small", text: "10 million parameters. Trains in hours on a laptop." },
  glide: { label: "GLIDE", text: "385 million parameters, the published sizes. For a machine with a GPU." },
} as const;
