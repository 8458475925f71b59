/** The checks that were picked for a draft, each with a button that takes it away. */
"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { expectedToText } from "@/lib/questions/expected-answer";
import type { PickedCheck } from "@/lib/studies/design/picked-checks";
import { removeCheckAction } from "../../../actions";
import { CheckRow } from "../../../check-row";

const uses = { training: "Training", gold: "Gold" } as const;

export function PickedCheckList({
  draftId,
  checks,
}: {
  draftId: string;
  checks: { check: PickedCheck; question: string; caption: { text: string; language: string } }[];
}) {
  const router = useRouter();
  const [removing, setRemoving] = useState(false);

  async function remove(index: number) {
    setRemoving(true);
    const { check } = checks[index]!;
    const result = await removeCheckAction({ studyId: draftId, index, check }).catch(() => null);
    setRemoving(false);
    if (result?.ok) router.refresh();
    else toast.error(result?.message ?? "The server did not respond.", { description: result?.remedy });
  }

  return (
    <ul className="grid gap-5">
      {checks.map(({ check, question, caption }, index) => (
        <CheckRow
          key={`${index} ${check.captionId}`}
          use={uses[check.use]}
          caption={caption.text}
          language={caption.language}
          question={question}
          right={expectedToText(check.right)}
          images={check.images}
        >
          <Button
            size="sm"
            className="mt-1"
            disabled={removing}
            onClick={() => remove(index)}
            aria-label={`Remove check ${index + 1}: ${caption.text}`}
          >
            Remove
          </Button>
        </CheckRow>
      ))}
    </ul>
  );
}
