/** Makes a dataset of captions alone. */
import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { CaptionListForm } from "./caption-list-form";

export const metadata: Metadata = { title: "List of captions" };

export default async function CaptionListPage() {
  await requireRole(...staff);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/datasets", label: "Datasets" }}
        title="List of captions"
        text="A dataset without photographs, such as a list of prompts: enough for samples, studies, and metrics that need no photographs."
      />
      <CaptionListForm />
    </>
  );
}
