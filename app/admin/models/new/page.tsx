/** Brings a model's weights in. */
import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
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
        text="GLIDE weights as PyTorch’s .pt or as .safetensors. The file is read, never executed; every tensor’s name and shape is checked before it is taken."
      />
      <RegisterForm />
    </>
  );
}
