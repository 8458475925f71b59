/** The words by which attributes are found in captions, to be edited as text. */
"use client";

import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { FormEnd } from "@/components/form/form-end";
import { FormTextArea } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { saveWordListsInput } from "@/lib/datasets/audit/audit-fields";
import { changeWordLists } from "./actions";

export function WordListsForm({ datasetId, text }: { datasetId: string; text: string }) {
  const router = useRouter();
  const form = useActionForm({
    schema: saveWordListsInput,
    defaultValues: { datasetId, text },
    submit: changeWordLists,
    onSuccess: () => {
      toast.success("Word lists saved");
      router.refresh();
    },
  });
  return (
    <form {...form.element} className="grid gap-5">
      <FormTextArea
        control={form.control}
        name="text"
        label="Words"
        help="# begins an attribute. Each line below it is a value; after a colon, and separated by commas, further words for it. Plurals are found too, and the longest phrase counts."
        rows={18}
        spellCheck={false}
      />
      <FormEnd form={form} label="Save word lists" />
    </form>
  );
}
