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
        text="How many answers do you need to detect a difference, and what can a given number show? The planner simulates whole studies, with captions that favour one arm and raters with different tastes."
      />
      <PlanForm />
    </>
  );
}
