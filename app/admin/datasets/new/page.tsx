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
        text="Images with captions, or prompts alone, from a folder and its subfolders, or a zip, tar or Parquet file."
      />
      <details className="mb-5 max-w-[80ch] text-sm">
        <summary className="w-fit cursor-pointer rounded-sm font-medium">
          How files and captions belong together
        </summary>
        <p className="mt-1 text-muted">
          Each image has a text file of the same name that contains its captions, one per line:{" "}
          <Code>rex-01.jpg</Code> and <Code>rex-01.txt</Code>. Or one file lists images and captions:{" "}
          <Code>captions.csv</Code>, <Code>metadata.jsonl</Code>. The report lists rejected files; all others
          are imported.
        </p>
      </details>
      <ImportForm captionExtensions={captionExtensions} roots={env().importRoots} />
    </>
  );
}

function Code({ children }: { children: string }) {
  return <code className="font-mono text-[0.8125rem] text-ink">{children}</code>;
}
