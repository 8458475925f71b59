/** The raw votes of a study as a file, which is handed out while it is written. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { ComputationContext, ComputedFile } from "@/lib/platform/computing/computation";
import { handOutVotes } from "@/lib/votes/files/export-study";

export type VotesFileRequest = {
  readonly studyId: string;
  readonly criterion: string | undefined;
  /** E-mail address of the person who gets it, for the audit log. */
  readonly actor: string;
};

export async function compute(
  { studyId, criterion, actor }: VotesFileRequest,
  { folder, wrote }: ComputationContext,
): Promise<ComputedFile> {
  const name = "votes.csv";
  const file = await open(join(folder, name), "wx");
  let bytes = 0;
  try {
    for await (const text of handOutVotes(studyId, criterion, actor)) {
      bytes += (await file.write(text)).bytesWritten;
      wrote(name, bytes);
    }
  } finally {
    await file.close();
  }
  return { name, bytes };
}
