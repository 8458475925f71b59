/** Colours of fur and collars: few, far apart, so that a small model and an exact count can tell them. */
import type { Collar, FurColour } from "./attributes";

/** Hex colours of one fur: where light falls, its own colour, where it lies in shade, single hairs. */
export type Fur = {
  readonly light: string;
  readonly own: string;
  readonly shade: string;
  readonly hairLight: string;
  readonly hairDark: string;
};

export const furs: Readonly<Record<FurColour, Fur>> = {
  black: { light: "#45454d", own: "#29292f", shade: "#141418", hairLight: "#6a6b76", hairDark: "#08080a" },
  brown: { light: "#9a5a31", own: "#75401f", shade: "#472410", hairLight: "#bd7b4b", hairDark: "#331808" },
  white: { light: "#ffffff", own: "#f4f0e8", shade: "#c9c6c8", hairLight: "#ffffff", hairDark: "#b3aeb0" },
  golden: { light: "#f7cd79", own: "#e3a94c", shade: "#b4762a", hairLight: "#ffe6ae", hairDark: "#99601c" },
  grey: { light: "#b3bac3", own: "#8b939d", shade: "#5d646d", hairLight: "#d9dee4", hairDark: "#4a5058" },
};

export const collarColours: Readonly<Record<Exclude<Collar, "none">, { own: string; shade: string }>> = {
  red: { own: "#d8262c", shade: "#8f1016" },
  blue: { own: "#2b6fe0", shade: "#15408f" },
};
