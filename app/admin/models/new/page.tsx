/** Brings a model's weights in. */
import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { env } from "@/lib/env";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { RegisterForm } from "./register-form";

export const metadata: Metadata = { title: "Register a model" };

export default async function NewModelPage() {
  await requireRole(...staff);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/models", label: "Models" }}
        title="Register a model"
        text="GLIDE’s weights as .pt or .safetensors, or a LoRA adapter with peft’s names. No code in the file is run."
      />
      <RegisterForm roots={env().importRoots} />
    </>
  );
}
