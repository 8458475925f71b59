/** The description of a setting, and how pages show its values. */
import { expect, test } from "vitest";
import { z } from "zod";
import {
  readEntries,
  setting,
  settingChoices,
  settingFacts,
  settingKind,
  settingText,
  settingWords,
  writeEntries,
} from "@/lib/diffusion/settings/setting";

const text = (label: string) => ({ label, description: label });
const settings = z.object({
  steps: setting(z.number().int().default(25), { ...text("Steps"), unit: "steps", unitOfOne: "step" }),
  decay: setting(z.number().default(0), { ...text("Decay"), none: "none" }),
  part: setting(z.enum(["all", "text"]).default("all"), { ...text("Part"), titles: { all: "All weights" } }),
  flip: setting(z.boolean().default(false), text("Mirrored")),
  epochs: setting(z.array(z.number()).default([]), { ...text("Epochs"), none: "only the last" }),
  captions: setting(z.array(z.string()).default([]), text("Captions")),
  eta: setting(z.number().optional(), text("Eta")),
  moves: setting(
    z
      .strictObject({
        turn: z
          .strictObject({ chance: z.number().max(1).default(0.5), to: z.number().default(9) })
          .optional(),
        swap: z.strictObject({ chance: z.number().default(0.5) }).optional(),
      })
      .default({}),
    {
      ...text("Moves"),
      none: "none",
      entries: {
        turn: { title: "Turn", help: "Turns.", numbers: { chance: number("Chance"), to: number("To", "°") } },
        swap: { title: "Swap", help: "Swaps.", numbers: { chance: number("Chance") } },
      },
    },
  ),
});

function number(label: string, unit?: string) {
  return { label, unit, least: 0, most: 10, usual: 0.5 };
}

test("a set of entries is read from a line, written as one, and told in words", () => {
  const { moves } = settings.shape;
  const read = readEntries(moves, " swap:0.25 ; turn ");
  expect(read).toEqual({ swap: { chance: 0.25 }, turn: {} });
  const value = moves.parse(read);
  expect(writeEntries(moves, value)).toBe("turn:0.5:9; swap:0.25");
  expect(moves.parse(readEntries(moves, writeEntries(moves, value)))).toEqual(value);
  expect(settingWords(moves, value)).toBe("Turn (chance 0.5, to 9°), Swap (chance 0.25)");
  expect(settingWords(moves, {})).toBe("none");
  expect(readEntries(moves, "")).toEqual({});
  expect(() => readEntries(moves, "spin")).toThrow("There is no “spin”");
  for (const text of ["turn:x", "turn:", "swap:1:2"]) {
    expect(() => readEntries(moves, text)).toThrow(`“${text}” cannot be read`);
  }
});

test("a setting keeps its schema, knows its kind, and its choices", () => {
  expect(Object.values(settings.shape).map(settingKind)).toEqual([
    "number",
    "number",
    "choice",
    "switch",
    "numbers",
    "texts",
    "number",
    "set",
  ]);
  expect(settingChoices(settings.shape.part)).toEqual(["all", "text"]);
  expect(settingChoices(settings.shape.steps)).toEqual([]);
  expect(settingText(settings.shape.decay).none).toBe("none");
  expect(() => settingText(z.number())).toThrow("no setting");
});

test("facts name every setting that has a value", () => {
  const facts = settingFacts(settings, settings.parse({ epochs: [5, 10], flip: true }));
  expect(facts.map(({ name, value }) => `${name}: ${value}`)).toEqual([
    "Steps: 25 steps",
    "Decay: none",
    "Part: All weights",
    "Mirrored: yes",
    "Epochs: 5, 10",
    "Captions: ",
    "Moves: none",
  ]);
  expect(settingWords(settings.shape.epochs, [])).toBe("only the last");
  expect(settingWords(settings.shape.steps, 1)).toBe("1 step");
});
