/** What a job that drafts captions is told: the desk, and the model. */
import { z } from "zod";
import { draftModel } from "@/lib/desks/desk-fields";

export const draftCaptionsPayload = z.object({ deskId: z.uuid(), model: draftModel });
