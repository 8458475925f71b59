/** How a study stands by its stop rule. */
import { judgeStopRule } from "@/lib/studies/stopping/apply-stop-rules";

export function compute({ studyId }: { readonly studyId: string }): ReturnType<typeof judgeStopRule> {
  return judgeStopRule(studyId);
}
