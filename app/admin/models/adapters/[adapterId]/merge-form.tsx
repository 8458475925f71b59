/** The form that merges adapters into a base model. */
"use client";

import { useRouter } from "next/navigation";
import { AdapterFields, type OfferedAdapter } from "@/components/adapter-fields";
import { Button } from "@/components/button";
import { FormSelect, FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { mergeAdaptersInput } from "@/lib/adapters/merge-fields";
import { mergeAdapters } from "../../actions";

export function MergeForm({
  bases,
  adapters,
}: {
  bases: { id: string; name: string }[];
  /** The one that the page is about first; it is chosen already. */
  adapters: readonly OfferedAdapter[];
}) {
  const router = useRouter();
  const first = adapters[0]!;
  const form = useActionForm({
    schema: mergeAdaptersInput,
    defaultValues: {
      name: `${bases[0]!.name} with ${first.name}`.slice(0, 100),
      baseCheckpointId: bases[0]!.id,
      adapters: [{ adapterId: first.id, scale: 1 }],
    },
    submit: mergeAdapters,
    onSuccess: () => router.push("/admin/jobs"),
  });
  const { control } = form;
  return (
    <form {...form.element} className="grid max-w-2xl gap-5">
      <FormSelect control={control} name="baseCheckpointId" label="Base">
        {bases.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </FormSelect>
      <AdapterFields control={control} name="adapters" adapters={adapters} />
      <FormTextField control={control} name="name" label="Name of the merged model" />
      <FormFailure failure={form.failure} />
      <div>
        <Button type="submit" variant="primary" pending={form.pending}>
          Merge
        </Button>
      </div>
    </form>
  );
}
