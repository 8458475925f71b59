/** What the job that merges adapters is told. */
import { mergeAdaptersInput } from "@/lib/adapters/merge-fields";

export const mergeAdaptersPayload = mergeAdaptersInput;
