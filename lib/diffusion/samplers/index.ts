/**
 * All samplers. A new one is a separate file and a line here: settings, forms, command line, reference and the pages of
 * samples derive from its description.
 */
import type { z } from "zod";
import { ancestral } from "./ancestral";
import { ddim } from "./ddim";
import { dpmSolverPlusPlus } from "./dpm-solver-plus-plus";
import type { Sampler } from "./sampler";
import { sdeDpmSolverPlusPlus } from "./sde-dpm-solver-plus-plus";
import { uniPc } from "./unipc";

export const samplers = [ancestral, ddim, dpmSolverPlusPlus, sdeDpmSolverPlusPlus, uniPc] as const;

type AnySampler = (typeof samplers)[number];
export type SamplerName = AnySampler["name"];

type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** Every setting that belongs to one sampler alone. */
export type OwnSamplerSettings = Intersection<AnySampler["settings"]>;

export const samplerNames = samplers.map(({ name }) => name) as [SamplerName, ...SamplerName[]];

/** @throws Error for a name that no sampler has */
export function samplerNamed(name: SamplerName): AnySampler {
  const found = samplers.find((sampler) => sampler.name === name);
  if (found) return found;
  throw new Error(`There is no sampler "${name}".`);
}

/** A sampler's own settings: those given, and defaults for the others. */
export function ownSettings(
  name: SamplerName,
  given: Readonly<Record<string, unknown>>,
): Partial<{ [Key in keyof OwnSamplerSettings]: z.output<OwnSamplerSettings[Key]> }> {
  const { settings } = samplerNamed(name);
  return Object.fromEntries(
    Object.entries<z.ZodType>(settings).map(([key, type]) => [key, type.parse(given[key])]),
  );
}

/** The sampler of a name, with its own settings taken from `given`. */
export function createSampler(name: SamplerName, given: Readonly<Record<string, unknown>>): Sampler {
  const { create } = samplerNamed(name) as { create: (settings: object) => Sampler };
  return create(ownSettings(name, given));
}
