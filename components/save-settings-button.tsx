/** Saves what a form says as a settings file, without starting anything. */
"use client";

import { FileDown } from "lucide-react";
import { useTransition } from "react";
import type { FieldValues, UseFormReturn } from "react-hook-form";
import { toast } from "sonner";
import type { ActionResult } from "@/lib/platform/accounts/protected-action";
import { Button } from "./button";

export function SaveSettingsButton<Values extends FieldValues & { name: string }>({
  form: { trigger, getValues },
  write,
}: {
  form: UseFormReturn<Values>;
  /** The text of the file. */
  write: (values: Values) => Promise<ActionResult<string>>;
}) {
  const [pending, startTransition] = useTransition();

  async function save() {
    if (!(await trigger(undefined, { shouldFocus: true }))) {
      toast.error("Some fields need correcting.");
      return;
    }
    const values = getValues();
    const written = await write(values).catch(() => null);
    if (written?.ok) download(written.value, `${values.name.replace(/[^\p{L}\p{N}.-]+/gu, "-")}.yaml`);
    else toast.error(written ? `${written.message} ${written.remedy ?? ""}` : "The server did not respond.");
  }

  return (
    <Button
      pending={pending}
      icon={<FileDown className="size-4" aria-hidden="true" />}
      onClick={() => startTransition(save)}
    >
      Save settings as a file
    </Button>
  );
}

function download(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}
