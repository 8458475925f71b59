/** Below the fields of augmentation and balance: what they would do to the chosen dataset. */
"use client";

import { type Control, useWatch } from "react-hook-form";
import { buttonClass } from "@/components/button-class";
import { address } from "@/components/list-query";
import { formatCount, formatPercent, plural } from "@/components/numbers";
import { writeEntries } from "@/lib/diffusion/settings/setting";
import { augmentationTable } from "@/lib/diffusion/training/augmentation/registry";
import { trainingOptions } from "@/lib/diffusion/training/training-options";
import type { FineTuneValues } from "@/lib/fine-tunes/fine-tune-fields";
import type { usePreparation } from "./use-preparation";

type Answer = ReturnType<typeof usePreparation>;

/** Which captions augmentations concern, and the way to augmented images. */
export function AugmentationNotes({
  control,
  answer,
  sizePx,
}: {
  control: Control<FineTuneValues>;
  answer: Answer;
  /** Of the images that the model learns to draw. */
  sizePx: number;
}) {
  const [datasetId, settings] = useWatch({ control, name: ["datasetId", "settings"] });
  const { augmentations, captionWords, degradedMark, cropAreaMin, flip, seed } = settings;
  if (Object.keys(augmentations).length === 0) return null;
  const href = address("/admin/fine-tunes/augmentations", {
    dataset: datasetId,
    augmentations: writeEntries(trainingOptions.augmentations.type, augmentations),
    words: captionWords,
    mark: degradedMark,
    crop: cropAreaMin,
    flip: flip ? "yes" : undefined,
    seed,
    side: sizePx,
  });
  return (
    <div className="grid gap-3">
      <div aria-live="polite" className="text-sm">
        {answer?.ok ? <Concerned {...answer.value} isProtected={captionWords === "protect"} /> : null}
      </div>
      <a href={href} target="_blank" rel="noreferrer" className={buttonClass("secondary", "md", "w-fit")}>
        Look at augmented images
      </a>
    </div>
  );
}

type Prepared = Extract<NonNullable<Answer>, { ok: true }>["value"];

function Concerned({ concerned, captionCount, isProtected }: Prepared & { isProtected: boolean }) {
  const some = concerned.filter(({ captions }) => captions > 0);
  if (some.length === 0) {
    return concerned.length > 0 ? <p>No caption names what these augmentations change.</p> : null;
  }
  return (
    <>
      <p>
        {isProtected
          ? "Captions that name what an augmentation changes, and are spared from it:"
          : "Captions that name what an augmentation changes, and may no longer fit their images:"}
      </p>
      <ul className="mt-1.5 grid gap-1">
        {some.map(({ name, captions, example }) => (
          <li key={name}>
            {augmentationTable[name].title}: <span className="numeric">{formatCount(captions)}</span> of{" "}
            {plural(captionCount, "caption", "captions")}
            {example === null ? null : <span className="text-muted">, such as “{example}”</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The share of each value among the images drawn, before and after. */
export function BalanceNotes({ answer }: { answer: Answer }) {
  if (!answer?.ok || answer.value.balanced.length === 0) return null;
  const { balanced, mostDrawn } = answer.value;
  return (
    <div aria-live="polite" className="grid gap-4">
      {balanced.map(({ name, values }) => (
        <table key={name} className="w-full max-w-md text-sm">
          <caption className="mb-1 text-start font-semibold">Images drawn, by {name}</caption>
          <thead>
            <tr className="text-[0.8125rem] text-muted">
              <th scope="col" className="pe-3 text-start font-normal">
                Value
              </th>
              <th scope="col" className="pe-3 text-end font-normal">
                Before
              </th>
              <th scope="col" className="text-end font-normal">
                Balanced
              </th>
            </tr>
          </thead>
          <tbody>
            {values.map(({ name: value, before, after }) => (
              <tr key={value}>
                <th scope="row" className="py-0.5 pe-3 text-start font-normal">
                  {value}
                </th>
                <td className="numeric py-0.5 pe-3 text-end">{formatPercent(before)}</td>
                <td className="numeric py-0.5 text-end">{formatPercent(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
      <p className="text-[0.8125rem] text-muted">
        One image is drawn at most {mostDrawn.toFixed(1)} times per epoch in the mean.
      </p>
    </div>
  );
}
