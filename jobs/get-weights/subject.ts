/** An entry of the catalogue of weights. Jobs name what they work on by a UUID: here it is made from the entry's name. */
import { createHash } from "node:crypto";
import { weightCatalogue } from "@/lib/metrics/weights/catalogue";
import type { JobSubject } from "@/lib/platform/jobs/job-definition";

/** The same for the same name, of version 8 (RFC 9562: made as an application likes). */
export function weightSubjectId(name: string): string {
  const hex = createHash("sha256").update(`weights ${name}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const downloadedWeights: JobSubject = {
  names: async () => new Map(weightCatalogue.map(({ name, title }) => [weightSubjectId(name), title])),
};
