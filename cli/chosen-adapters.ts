/** The options --lora and --lora-scale, for adapters of the platform and for files. */
import type { ChosenAdapter } from "@/lib/adapters/chosen-adapters";
import { SemblanceError } from "@/lib/errors";
import { findByName } from "./find-by-name";

type Texts = string | readonly string[];

/**
 * Each adapter as it was named, with its scale: 1 where none is given.
 *
 * @throws SemblanceError `invalid_input` for more scales than adapters, or scales that are no numbers
 */
export function readLoraOptions({
  lora = [],
  loraScale = [],
}: {
  lora?: Texts;
  loraScale?: Texts;
}): { named: string; scale: number }[] {
  const [named, scales] = [[lora].flat() as string[], [loraScale].flat().map(Number)];
  if (scales.length > named.length || scales.some((scale) => !Number.isFinite(scale))) {
    throw new SemblanceError("invalid_input", "--lora-scale takes one number for each --lora.", {
      remedy: "Give as many --lora-scale as --lora, or none: --lora ADAPTER --lora-scale 0.8.",
    });
  }
  return named.map((name, number) => ({ named: name, scale: scales[number] ?? 1 }));
}

/** Throws as readLoraOptions; `not_found` for an adapter that is not registered. */
export async function readChosenAdapters(
  options: Parameters<typeof readLoraOptions>[0],
): Promise<ChosenAdapter[]> {
  const chosen: ChosenAdapter[] = [];
  for (const { named, scale } of readLoraOptions(options)) {
    chosen.push({ adapterId: (await findByName("adapter", named)).id, scale });
  }
  return chosen;
}
