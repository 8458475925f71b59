/** How pages speak of jobs: what each kind does, and where the thing that it works on is shown. */
import Link from "next/link";
import type { JobKind } from "@/lib/platform/jobs/definitions";

export const jobNames: Record<JobKind, string> = {
  "import-dataset": "Import",
  "fine-tune": "Fine-tune",
  sample: "Sampling",
  evaluate: "Evaluation",
  "open-study": "Opening",
  "draw-caption": "One caption",
  "get-weights": "Download",
};

/** What the id of the thing is put behind. */
const places: Record<JobKind, string> = {
  "import-dataset": "/admin/datasets/",
  "fine-tune": "/admin/fine-tunes/",
  sample: "/admin/samples/",
  evaluate: "/admin/evaluations/",
  "open-study": "/admin/studies/",
  "draw-caption": "/admin/samples/try?drawing=",
  "get-weights": "/admin/evaluations/networks#",
};

export function JobSubject({
  kind,
  subjectId,
  subjectName,
}: {
  kind: JobKind;
  subjectId: string;
  subjectName: string;
}) {
  if (!subjectName) return <span className="text-faint">deleted</span>;
  return (
    <Link href={`${places[kind]}${subjectId}`} className="font-semibold hover:underline">
      {subjectName}
    </Link>
  );
}
