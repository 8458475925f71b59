/** Buttons that move a waiting job among those of its kind. */
"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { ActionButton } from "@/components/action-button";
import { move } from "./actions";

export function MoveButtons({
  jobId,
  canMoveUp,
  canMoveDown,
}: {
  jobId: string;
  canMoveUp: boolean;
  canMoveDown: boolean;
}) {
  return (
    <>
      {canMoveUp ? (
        <ActionButton
          label="Move up"
          size="sm"
          icon={<ArrowUp className="size-4" aria-hidden="true" />}
          act={move.bind(null, { jobId, to: "up" })}
        />
      ) : null}
      {canMoveDown ? (
        <ActionButton
          label="Move down"
          size="sm"
          icon={<ArrowDown className="size-4" aria-hidden="true" />}
          act={move.bind(null, { jobId, to: "down" })}
        />
      ) : null}
    </>
  );
}
