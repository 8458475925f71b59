/** Brings photographs and captions in. */
import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { captionExtensions } from "@/lib/datasets/caption-formats";
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
            Every picture (JPEG, PNG or WebP) with a text file of the same name that holds its captions, one a
            line: <code className="font-mono text-[0.8125rem] text-ink">rex-01.jpg</code> and{" "}
            <code className="font-mono text-[0.8125rem] text-ink">rex-01.txt</code>. Or one file that names
            pictures and captions: <code className="font-mono text-[0.8125rem] text-ink">captions.csv</code>,{" "}
            <code className="font-mono text-[0.8125rem] text-ink">metadata.jsonl</code>. Subfolders are read
            too. Files that cannot be used are named in the report; the others are imported together.
          </>
        }
      />
      <ImportForm captionExtensions={captionExtensions} />
    </>
  );
}
