/** Where an imported image comes from, in its generator's own words. */
import { z } from "zod";

export const sampleOrigin = z.object({
  /** Path within the folder that it was imported from. */
  file: z.string(),
  model: z.string().optional(),
  /** Any text: generators count seeds in their own ways. */
  seed: z.string().optional(),
  /** Everything else that was said of it, by name. */
  settings: z.record(z.string(), z.string()).optional(),
});

export type SampleOrigin = z.output<typeof sampleOrigin>;

/** As the database holds it: null for samples that were drawn here. */
export function readOrigin(stored: unknown): SampleOrigin | null {
  return stored === null ? null : sampleOrigin.parse(stored);
}

/** "seed 7" of a drawn sample; "FLUX, seed 1234, steps 28" of an imported one, its file where nothing else is known. */
export function sampleToText({ seed, origin }: { seed: number; origin: SampleOrigin | null }): string {
  if (origin === null) return `seed ${seed}`;
  const facts = [
    origin.model,
    origin.seed === undefined ? undefined : `seed ${origin.seed}`,
    ...Object.entries(origin.settings ?? {}).map(([name, value]) => `${name} ${value}`),
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? origin.file : facts.join(", ");
}
