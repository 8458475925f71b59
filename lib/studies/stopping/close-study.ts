/** Closes an open study by hand. */
import { SemblanceError } from "@/lib/errors";
import { endStudy } from "./end-study";

/** @throws SemblanceError `conflict` unless the study is open */
export async function closeStudy(studyId: string, actor: string): Promise<void> {
  if (await endStudy(studyId, "by-hand", actor)) return;
  throw new SemblanceError("conflict", "This study is not open.", {
    remedy: "Only an open study can be closed. End the pilot first.",
  });
}
