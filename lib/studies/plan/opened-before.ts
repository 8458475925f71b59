/** The error if a study cannot be opened because it already has been. */
import { SemblanceError } from "@/lib/errors";

export function openedBefore(name: string): SemblanceError {
  return new SemblanceError("conflict", `“${name}” has already been opened.`, {
    remedy: "A study's plan is fixed once it opens. Create another study to ask something else.",
  });
}
