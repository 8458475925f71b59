/** Brings photographs and captions in. */
import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { captionExtensions } from "@/lib/datasets/caption-formats";
import { env } from "@/lib/env";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { ImportForm } from "./import-form";

export const metadata: Metadata = { title: "Import a dataset" };

export default async function NewDatasetPage() {
  await requireRole(...staff);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/datasets", label: "Datasets" }}
        title="Import a dataset"
        text={
          <>
            Images (JPEG, PNG or WebP), each with a text file of the same name that contains its captions, one
            per line: <code className="font-mono text-[0.8125rem] text-ink">rex-01.jpg</code> and{" "}
            <code className="font-mono text-[0.8125rem] text-ink">rex-01.txt</code>. Or one file that lists
            images and captions: <code className="font-mono text-[0.8125rem] text-ink">captions.csv</code>,{" "}
            <code className="font-mono text-[0.8125rem] text-ink">metadata.jsonl</code>. Subfolders are
            included. The report lists rejected files; all others are imported.
          </>
        }
      />
      <ImportForm captionExtensions={captionExtensions} roots={env().importRoots} />
    </>
  );
}
