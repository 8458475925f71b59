/** The study form's state: typed values, checked by the schema of study designs. */
"use client";

import { useRouter } from "next/navigation";
import { useForm } from "@/components/use-form";
import type { ArmSource } from "@/lib/studies/list-arm-sources";
import { studyDesign } from "@/lib/studies/study-design";
import { createStudyAction } from "../actions";
import { initialValues, type PlannedNumbers, type StudyValues, toDesign } from "./study-values";

export function useStudyForm(sources: readonly ArmSource[], planned: PlannedNumbers) {
  const router = useRouter();
  return useForm({
    schema: studyDesign,
    initial: initialValues(planned),
    toInput: (values: StudyValues) => toDesign(values, sources),
    submit: createStudyAction,
    onSuccess: ({ id }) => router.push(`/admin/studies/${id}`),
  });
}

export type StudyFormState = ReturnType<typeof useStudyForm>;

/** Properties of a text control whose value may not be there yet. */
export function typed({ text, values }: StudyFormState, name: string, errorName?: string) {
  return { ...text(name, errorName), value: String(values[name] ?? "") };
}
