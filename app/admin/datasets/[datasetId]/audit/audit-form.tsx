/** Starts an audit: by which network images are compared with captions, and by which attributes. */
"use client";

import { useRouter } from "next/navigation";
import { useWatch } from "react-hook-form";
import { FieldGroup } from "@/components/field";
import type { Codec } from "@/components/form/codecs";
import { FormCheckboxes } from "@/components/form/form-checkboxes";
import { FormEnd } from "@/components/form/form-end";
import { FormSelect } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { startAuditInput } from "@/lib/datasets/audit/audit-fields";
import type { AuditNetwork } from "@/lib/datasets/audit/contradictions";
import { auditDataset } from "./actions";

export type NetworkChoice = { name: AuditNetwork; title: string; isInstalled: boolean };

export function AuditForm({
  datasetId,
  networks,
  attributes,
  initial,
}: {
  datasetId: string;
  networks: readonly NetworkChoice[];
  attributes: readonly string[];
  initial: { network: AuditNetwork | null; attributes: string[] };
}) {
  const router = useRouter();
  const form = useActionForm({
    schema: startAuditInput,
    defaultValues: { datasetId, ...initial },
    submit: auditDataset,
    onSuccess: () => router.refresh(),
  });
  const { control } = form;
  const network = useWatch({ control, name: "network" });
  const codec: Codec<AuditNetwork | null | undefined> = {
    parse: (text) => networks.find(({ name }) => name === text)?.name ?? null,
    format: (value) => value ?? "",
  };
  return (
    <form {...form.element} className="grid gap-7">
      <FieldGroup
        title="Images and captions"
        text="A CLIP compares each image with its caption, and with the same caption naming another value."
      >
        <FormSelect control={control} name="network" codec={codec} label="Compared by">
          {networks.map(({ name, title, isInstalled }) => (
            <option key={name} value={name} disabled={!isInstalled}>
              {title}
              {isInstalled ? "" : ", not installed"}
            </option>
          ))}
          <option value="">nothing; read the captions alone</option>
        </FormSelect>
        {network ? (
          <FormCheckboxes
            control={control}
            name="attributes"
            legend="By these attributes"
            choices={attributes.map((value) => ({ value, label: value }))}
          />
        ) : null}
      </FieldGroup>
      <FormEnd form={form} label="Audit" />
    </form>
  );
}
