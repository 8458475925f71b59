/** What a mistyped or foreign invite link shows. */
import { Notice } from "@/components/notice";
import { RaterFrame } from "@/components/rating/rater-frame";

export default function UnknownInvitation() {
  return (
    <RaterFrame>
      <h1 className="mb-4 font-serif text-2xl">Take part</h1>
      <Notice kind="error" title="This link does not belong to any study.">
        Check that the link was copied whole, or ask for a new one.
      </Notice>
    </RaterFrame>
  );
}
