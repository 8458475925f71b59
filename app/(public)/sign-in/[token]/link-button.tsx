/** Uses the one-time link up. */
"use client";

import { z } from "zod";
import { Button } from "@/components/button";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { enter } from "../enter";

const link = z.object({ token: z.string() });

export function LinkButton({ token, next }: { token: string; next: string }) {
  const form = useActionForm({
    schema: link,
    defaultValues: { token },
    submit: (given) => enter("link", given, next),
  });
  return (
    <form {...form.element} className="grid gap-5">
      <FormFailure failure={form.failure} />
      <Button type="submit" variant="primary" pending={form.pending} className="justify-self-start">
        Sign in
      </Button>
    </form>
  );
}
