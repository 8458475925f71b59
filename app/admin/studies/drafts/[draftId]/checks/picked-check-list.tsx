/** The checks that were picked for a draft, each with a button that takes it away. */
"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { Picture } from "@/components/picture";
import { expectedToText } from "@/lib/questions/expected-answer";
import type { PickedCheck } from "@/lib/studies/design/picked-checks";
import { removeCheckAction } from "../../../actions";

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
    else toast.error(result?.message ?? "The server did not answer.", { description: result?.remedy });
  }

  return (
    <ul className="grid gap-5">
      {checks.map(({ check, question, caption }, index) => (
        <li
          key={`${index} ${check.captionId}`}
          className="grid gap-3 border-t pt-4 first:border-t-0 first:pt-0 sm:grid-cols-[minmax(0,1fr)_auto]"
        >
          <div className="grid content-start justify-items-start gap-1 text-sm">
            <span className="font-medium">{uses[check.use]}</span>
            <span lang={caption.language} className="caption-text text-[0.9375rem]">
              {caption.text}
            </span>
            <span className="text-muted">{question}</span>
            <span className="text-muted">Right answer: {expectedToText(check.right)}</span>
            <Button
              size="sm"
              className="mt-1"
              disabled={removing}
              onClick={() => remove(index)}
              aria-label={`Remove check ${index + 1}: ${caption.text}`}
            >
              Remove
            </Button>
          </div>
          <div className="flex flex-wrap gap-2">
            {check.pictures.map((sha256, place) => (
              <Picture
                key={sha256}
                sha256={sha256}
                alt={`Image ${place + 1}`}
                sidePx={128}
                className="size-24"
              />
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
