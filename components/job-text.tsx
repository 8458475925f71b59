/** How pages speak of jobs: what each kind does, and where the thing that it works on is shown. */
import { jobOfKind } from "@/jobs/registry";
import { Link } from "./page-link";

export function JobTitle({ kind }: { kind: string }) {
  return jobOfKind(kind).words.title;
}

export function JobSubject({
  kind,
  subjectId,
  subjectName,
}: {
  kind: string;
  subjectId: string;
  subjectName: string;
}) {
  if (!subjectName) return <span className="text-faint">deleted</span>;
  return (
    <Link href={jobOfKind(kind).words.page(subjectId)} className="font-semibold hover:underline">
      {subjectName}
    </Link>
  );
}
