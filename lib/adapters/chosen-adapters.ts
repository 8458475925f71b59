/** Which adapters samples are drawn with. Data only, for forms as well. */
import { z } from "zod";

/** More are not worth a form. */
const mostAdapters = 8;

export const chosenAdapters = z
  .array(
    z.object({
      adapterId: z.uuid(),
      /** 1 as trained, 0 not at all. */
      scale: z.number("A number.").min(-10, "From -10 to 10.").max(10, "From -10 to 10."),
    }),
  )
  .max(mostAdapters, `At most ${mostAdapters} adapters.`)
  .refine((chosen) => new Set(chosen.map(({ adapterId }) => adapterId)).size === chosen.length, {
    message: "Each adapter once.",
  })
  .default([]);

export type ChosenAdapter = z.output<typeof chosenAdapters>[number];

/** "fur × 0.8, snow × 1" */
export function adapterWords(adapters: readonly { name: string; scale: number }[]): string {
  return adapters.map(({ name, scale }) => `${name} × ${scale}`).join(", ");
}
