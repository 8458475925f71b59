/** Makes a study of ratings that were collected elsewhere. */
import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { env } from "@/lib/env";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { ImportForm } from "./import-form";

export const metadata: Metadata = { title: "Import ratings" };

export default async function ImportRatingsPage() {
  await requireRole(...staff);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/studies", label: "Studies" }}
        title="Import ratings"
        text="Answers collected elsewhere become a closed study with leaderboard, rater quality and exports."
      />
      <ImportForm roots={env().importRoots} />
    </>
  );
}
