/** The study form's state: typed values, checked by the schema of study designs. */
"use client";

import { useRouter } from "next/navigation";
import { useForm } from "@/components/use-form";
import type { ArmSource } from "@/lib/studies/design/list-arm-sources";
import { studyDesign } from "@/lib/studies/design/study-design";
import { changeDraftAction, createStudyAction } from "../actions";
import { type StudyValues, toDesign } from "./study-values";

/** @param draftId the draft that is changed; null where a study is made */
export function useStudyForm(sources: readonly ArmSource[], initial: StudyValues, draftId: string | null) {
  const router = useRouter();
  return useForm({
    schema: studyDesign,
    initial,
    toInput: (values: StudyValues) => toDesign(values, sources),
    submit: (design) =>
      draftId === null ? createStudyAction(design) : changeDraftAction({ studyId: draftId, design }),
    onSuccess: ({ id }) => router.push(`/admin/studies/${id}`),
  });
}

export type StudyFormState = ReturnType<typeof useStudyForm>;

/** Properties of a text control whose value may not be there yet. */
export function typed({ text, values }: StudyFormState, name: string, errorName?: string) {
  return { ...text(name, errorName), value: String(values[name] ?? "") };
}
