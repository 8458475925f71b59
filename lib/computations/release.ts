/** A study's release as a zip file. */
import { join } from "node:path";
import type { ComputationContext, ComputedFile } from "@/lib/platform/computing/computation";
import { zipRelease } from "@/lib/votes/release/release-study";

export async function compute(
  { studyId, actor }: { readonly studyId: string; readonly actor: string },
  { folder, wrote }: ComputationContext,
): Promise<ComputedFile> {
  const name = "release.zip";
  const onWritten = (bytes: number) => wrote(name, bytes);
  return { name, bytes: await zipRelease(studyId, actor, join(folder, name), onWritten) };
}
