/** The description of a setting, and how pages show its values. */
import { expect, test } from "vitest";
import { z } from "zod";
import {
  setting,
  settingChoices,
  settingFacts,
  settingKind,
  settingText,
  settingWords,
} from "@/lib/diffusion/settings/setting";

const text = (label: string) => ({ label, description: label });
const settings = z.object({
  steps: setting(z.number().int().default(25), { ...text("Steps"), unit: "steps" }),
  decay: setting(z.number().default(0), { ...text("Decay"), none: "none" }),
  part: setting(z.enum(["all", "text"]).default("all"), { ...text("Part"), titles: { all: "All weights" } }),
  flip: setting(z.boolean().default(false), text("Mirrored")),
  epochs: setting(z.array(z.number()).default([]), { ...text("Epochs"), none: "only the last" }),
  captions: setting(z.array(z.string()).default([]), text("Captions")),
  eta: setting(z.number().optional(), text("Eta")),
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
  ]);
  expect(settingWords(settings.shape.epochs, [])).toBe("only the last");
});
