/** What somebody is told whose cookie is nobody's. */
import { SemblanceError } from "@/lib/errors";

export function unknownCaptioner(): SemblanceError {
  return new SemblanceError("not_signed_in", "We do not know which images you are captioning.", {
    remedy: "Open your invitation’s link again.",
  });
}
