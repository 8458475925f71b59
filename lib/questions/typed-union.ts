/** One schema for objects of several types. */
import { z } from "zod";

/** Reads whichever of the objects has the `type` that is found. @param schemas at least one; all of objects whose `type` is a literal */
export function toUnion<Value>(schemas: readonly z.ZodType[]): z.ZodType<Value> {
  return z.discriminatedUnion(
    "type",
    schemas as [z.ZodObject, ...z.ZodObject[]],
  ) as unknown as z.ZodType<Value>;
}
