/** Puts what a review has accepted into the desk's dataset. */
import { ActionButton } from "@/components/action-button";
import { plural } from "@/components/numbers";
import type { DeskDetail } from "@/lib/desks/get-desk";
import { adoptAction } from "../actions";

/** Nothing where every accepted caption is in the dataset already. */
export function AdoptButton({ desk, variant }: { desk: DeskDetail; variant?: "primary" }) {
  const waiting = desk.review.accepted - desk.review.adopted;
  if (waiting <= 0) return null;
  return (
    <ActionButton
      label={`Put ${plural(waiting, "accepted caption", "accepted captions")} into the dataset`}
      variant={variant}
      act={adoptAction.bind(null, { deskId: desk.id })}
      done="The dataset has a new revision"
      confirm={{
        title: "Put the accepted captions into the dataset?",
        text: `“${desk.dataset.name}” gets a new revision. Earlier runs and samples keep the revision that they began with.`,
        label: "Put them in",
        variant: "primary",
      }}
    />
  );
}
