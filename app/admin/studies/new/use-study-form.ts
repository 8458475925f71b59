/** The study form's state: values as typed, checked by the schema of study designs. */
"use client";

import { useRouter } from "next/navigation";
import { useWatch } from "react-hook-form";
import { useActionForm } from "@/components/form/use-action-form";
import type { ArmSource } from "@/lib/studies/design/list-arm-sources";
import { studyDesign } from "@/lib/studies/design/study-design";
import { changeDraftAction, createStudyAction } from "../actions";
import { fieldOfDesign, type StudyValues, toDesign } from "./study-values";

/** @param draftId the draft that is changed; null where a study is made */
export function useStudyForm(sources: readonly ArmSource[], initial: StudyValues, draftId: string | null) {
  const router = useRouter();
  const form = useActionForm<typeof studyDesign, { id: string }, StudyValues>({
    schema: studyDesign,
    defaultValues: initial,
    toInput: (values) => toDesign(values, sources),
    toName: (path, values) => fieldOfDesign(path, values, sources),
    submit: (design) =>
      draftId === null ? createStudyAction(design) : changeDraftAction({ studyId: draftId, design }),
    onSuccess: ({ id }) => router.push(`/admin/studies/${id}`),
  });
  const { control, formState, setValue } = form;
  return {
    form,
    control,
    values: useWatch({ control }) as StudyValues,
    /** Changes a value that no control holds, and checks it. */
    set: (name: string, value: string) => setValue(name, value, { shouldValidate: true }),
    /** The error of what no single control shows. */
    error: (name: string): string | undefined => {
      const error = formState.errors[name];
      return typeof error?.message === "string" ? error.message : undefined;
    },
  };
}

export type StudyFormState = ReturnType<typeof useStudyForm>;
