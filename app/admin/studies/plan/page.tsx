/** Plans how many answers a study needs. */
import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { PlanForm } from "./plan-form";

export const metadata: Metadata = { title: "Planner" };

export default async function PlanPage() {
  await requireRole(...staff);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/studies", label: "Studies" }}
        title="Planner"
        text="How many answers you need to detect a difference, from simulated studies whose captions and raters differ."
      />
      <PlanForm />
    </>
  );
}
