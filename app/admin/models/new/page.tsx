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
        text="GLIDE weights in PyTorch’s .pt format or as .safetensors, or a LoRA adapter with peft’s names. No code in the file is run, and every tensor’s name and shape is checked."
      />
      <RegisterForm roots={env().importRoots} />
    </>
  );
}
