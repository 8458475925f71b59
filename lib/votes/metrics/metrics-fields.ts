/** What attaching a table of metrics is told. Shared by the form and the server. */
import { z } from "zod";
import { ratingsSource } from "../import/import-fields";

export const metricsAttachment = z.object({ studyId: z.uuid(), source: ratingsSource });

export type MetricsAttachment = z.output<typeof metricsAttachment>;
