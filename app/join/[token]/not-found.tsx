/** What a mistyped or foreign invite link shows. */
import { RaterProblem } from "@/components/rating/rater-problem";
import { storedDisplay } from "@/components/rating/stored-display";

export default async function UnknownInvitation() {
  return <RaterProblem problem="unknownLink" {...(await storedDisplay())} />;
}
