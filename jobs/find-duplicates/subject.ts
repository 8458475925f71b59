/** The dataset whose photographs are compared. */
import { importedDataset } from "@/jobs/import-dataset/subject";
import type { JobSubject } from "@/lib/platform/jobs/job-definition";

/** The dataset's state is that of its import. */
export const comparedDataset: JobSubject = { names: importedDataset.names };
