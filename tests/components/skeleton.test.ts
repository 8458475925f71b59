/** Skeletons can be seen: in every theme their bars stand out from what they lie on, and about as much. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Bar } from "@/components/skeleton";

/** The colours of each theme; what it does not state is taken from the light one. */
const styles = readFileSync("app/globals.css", "utf8").split("@theme inline")[0]!;
const blocks = [...styles.matchAll(/^(:root|\[data-theme="dark"\]) \{\n([\s\S]*?)^\}/gm)].map(
  ([, , body]) =>
    new Map([...body!.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name!, hex!])),
);
const [light, dark, lightContrast, darkContrast] = blocks as [Colours, Colours, Colours, Colours];
type Colours = Map<string, string>;

const themes = {
  light: [light],
  dark: [light, dark],
  "light, high contrast": [light, lightContrast],
  "dark, high contrast": [light, dark, darkContrast],
};

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

it.each(Object.entries(themes))("in the theme %s", (_theme, colours) => {
  const { className } = Bar({ className: "" }).props as { className: string };
  const token = /\bbg-([\w-]+)/.exec(className)![1]!;
  const hexOf = (name: string) => colours.findLast((block) => block.has(name))!.get(name)!;
  for (const ground of ["surface", "canvas"]) {
    const ratio = contrast(hexOf(token), hexOf(ground));
    expect(ratio).toBeGreaterThan(1.15);
    expect(ratio).toBeLessThan(2);
  }
});
