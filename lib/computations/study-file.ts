/** A study's results as one of the files that the dashboard hands out. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ComputationContext, ComputedFile } from "@/lib/platform/computing/computation";
import { logExport } from "@/lib/votes/files/export-study";
import { type ExportFile, type StudyFileName, studyFiles } from "@/lib/votes/files/study-files";
import type { VoteSelection } from "@/lib/votes/list/select-votes";

export type StudyFileRequest = {
  readonly studyId: string;
  readonly file: StudyFileName;
  readonly criterion: string | undefined;
  readonly selection: VoteSelection;
  /** E-mail address of the person who gets it, for the audit log. */
  readonly actor: string;
};

export async function compute(
  { studyId, file, criterion, selection, actor }: StudyFileRequest,
  { folder }: ComputationContext,
): Promise<ComputedFile> {
  const exportFile: ExportFile = studyFiles[file];
  const bytes = Buffer.from(await exportFile(studyId, criterion, selection));
  await writeFile(join(folder, file), bytes);
  await logExport(studyId, file, actor);
  return { name: file, bytes: bytes.length };
}
