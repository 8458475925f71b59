/** What an import of masks is told. */
import { z } from "zod";
import { importMasksInput } from "@/lib/mask-sets/mask-set-fields";

export const importMasksPayload = importMasksInput.omit({ name: true }).extend({
  maskSetId: z.uuid(),
  /** Says that the operator has asked for it on the command line; see lib/platform/server-files/operator-grant.ts. */
  operatorGrant: z.string().optional(),
});
