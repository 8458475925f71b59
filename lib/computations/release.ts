/** A study's release as a zip file. */
import { join } from "node:path";
import type { ComputationContext, ComputedFile } from "@/lib/platform/computing/computation";
import { zipRelease } from "@/lib/votes/release/release-study";

export async function compute(
  { studyId, actor }: { readonly studyId: string; readonly actor: string },
  { folder }: ComputationContext,
): Promise<ComputedFile> {
  const name = "release.zip";
  return { name, bytes: await zipRelease(studyId, actor, join(folder, name)) };
}
