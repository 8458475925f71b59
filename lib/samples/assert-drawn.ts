/** Keeps what only makes sense for samples that a model here has drawn from those that were imported. */
import { SemblanceError } from "@/lib/errors";

/** @throws SemblanceError `conflict` for a set of imported images, for which nothing can be drawn */
export function assertDrawn<Base, Settings>(set: {
  name: string;
  baseCheckpoint: Base | null;
  settings: Settings | null;
}): { baseCheckpoint: Base; settings: Settings } {
  const { baseCheckpoint, settings } = set;
  if (baseCheckpoint !== null && settings !== null) return { baseCheckpoint, settings };
  throw new SemblanceError("conflict", `The images of “${set.name}” were imported.`, {
    remedy: "Import more images as another sample set.",
  });
}
