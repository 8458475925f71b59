/** Whether adapters belong to a base model, as far as names and shapes of its weights say. */
import { z } from "zod";
import { assertLoraFits } from "@/lib/diffusion/lora/lora-adapter";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import type { ChosenAdapter } from "./chosen-adapters";

const storedSizes = z.record(z.string(), z.tuple([z.number(), z.number()]));

/**
 * @param base a registered base model
 * @throws SemblanceError `not_found`; `invalid_input` naming the adapter and the first weight that does not fit, with the
 *   form's field in `details.field`
 */
export async function checkAdaptersFit(
  base: { readonly name: string; readonly options: unknown },
  chosen: readonly ChosenAdapter[],
): Promise<void> {
  if (chosen.length === 0) return;
  const shapes = parameterShapes(parseModelOptions(base.options as Record<string, unknown>));
  for (const { adapterId } of chosen) {
    const adapter = await db.adapter.findUnique({ where: { id: adapterId } });
    const details = { field: "adapters" };
    if (!adapter) {
      throw new SemblanceError("not_found", "There is no such adapter.", {
        remedy: "It may have been deleted.",
        details,
      });
    }
    const sizes = new Map(Object.entries(storedSizes.parse(adapter.sizes)));
    try {
      assertLoraFits({ file: `“${adapter.name}”`, rank: adapter.rank, sizes }, shapes);
    } catch (error) {
      if (!(error instanceof SemblanceError)) throw error;
      throw new SemblanceError("invalid_input", error.message, {
        remedy: `It does not fit “${base.name}”. Use it with the model that it was trained on.`,
        details,
        cause: error,
      });
    }
  }
}
