/** How pages speak of models. */
import type { ModelPart } from "@/lib/generated/prisma/enums";

export const partNames: Record<ModelPart, { label: string; text: string }> = {
  BASE: { label: "Base", text: "Draws the 64-pixel picture from the caption." },
  UPSAMPLER: { label: "Upsampler", text: "Enlarges it to 256 pixels, reading the caption again." },
};

export const presetNames = {
  tiny: { label: "Tiny", text: "2.8 million parameters. Minutes on two cores; shows that everything works." },
  small: { label: "Small", text: "10 million parameters. Hours on a laptop." },
  glide: { label: "GLIDE", text: "385 million parameters, the published sizes. For a machine with a GPU." },
} as const;
