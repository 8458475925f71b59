/** The process in which computations run (decision 36). */
import type { Compute } from "@/lib/platform/computing/computation";
import { serveComputations } from "@/lib/platform/computing/serve-computations";
import { computations } from "./registry";

serveComputations(async (name) => {
  if (!Object.hasOwn(computations, name)) throw new Error(`There is no computation “${name}”.`);
  return ((await import(`./${name}.ts`)) as { compute: Compute<unknown, unknown> }).compute;
});
