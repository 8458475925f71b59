/** What augmentation and balance do to the captions and images of the chosen dataset, as the form is filled in. */
"use client";

import { useEffect, useState } from "react";
import { type Control, useWatch } from "react-hook-form";
import type { FineTuneValues } from "@/lib/fine-tunes/fine-tune-fields";
import { preparationInput } from "@/lib/fine-tunes/preparation-fields";
import { prepare } from "../actions";

type Answer = Awaited<ReturnType<typeof prepare>>;

/** So long nobody has typed before the server is asked. */
const pauseMs = 500;

/** @returns null where nothing is chosen that concerns images, or the server has not answered yet */
export function usePreparation(control: Control<FineTuneValues>): Answer | null {
  const [datasetId, augmentations, captionWords, balanceAttributes, balanceStrength] = useWatch({
    control,
    name: [
      "datasetId",
      "settings.augmentations",
      "settings.captionWords",
      "settings.balanceAttributes",
      "settings.balanceStrength",
    ],
  });
  const [state, setState] = useState<{ key: string; answer: Answer } | null>(null);
  const isAsked = Object.keys(augmentations).length > 0 || balanceAttributes.length > 0;
  const settings = { augmentations, captionWords, balanceAttributes, balanceStrength };
  const parsed = isAsked ? preparationInput.safeParse({ datasetId, settings }) : null;
  const key = parsed?.success ? JSON.stringify(parsed.data) : null;

  useEffect(() => {
    if (key === null) return;
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const answer = await prepare(JSON.parse(key)).catch(() => null);
      if (isCurrent && answer !== null) setState({ key, answer });
    }, pauseMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [key]);

  return state !== null && state.key === key ? state.answer : null;
}
