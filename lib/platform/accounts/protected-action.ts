/** Server actions: the role is checked, the input is checked, and exceptions become results. */
import { unstable_rethrow } from "next/navigation";
import type { z } from "zod";
import type { SemblanceError } from "@/lib/errors";
import { checkRecorded, type Records } from "@/lib/platform/audit/append-audit-entry";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { log } from "@/lib/platform/log/log";
import { actingAs } from "@/lib/platform/request/request-context";
import { fieldErrors, fieldMessage } from "./field-errors";
import type { Member } from "./member";
import { demandRole } from "./require-role";
import type { Role } from "./roles";

export type ActionFailure = {
  ok: false;
  code: SemblanceError["code"];
  message: string;
  remedy?: string;
  /** Errors by field name, with dots into nested fields. */
  fields?: Record<string, string>;
};

export type ActionResult<Value> = { ok: true; value: Value } | ActionFailure;

/**
 * An action for members whose role is among `allowed`. Every function that a "use server" file exports is made with
 * this; a test reads those files to see that it is.
 *
 * @param records the audit entries of which a success leaves at least one, or `readsOnly`; a test performs every action and
 *   looks for them
 */
export function protectedAction<Schema extends z.ZodType, Value>(
  allowed: readonly Role[],
  records: Records,
  schema: Schema,
  act: (input: z.output<Schema>, member: Member) => Promise<Value>,
): ((input: z.input<Schema>) => Promise<ActionResult<Value>>) & { readonly records: Records } {
  const run = async (input: z.input<Schema>): Promise<ActionResult<Value>> => {
    try {
      const member = await demandRole(...allowed);
      const parsed = schema.safeParse(input, { error: fieldMessage });
      if (!parsed.success) {
        return {
          ok: false,
          code: "invalid_input",
          message: "Some fields need correcting.",
          fields: fieldErrors(parsed.error),
        };
      }
      const value = await actingAs(member.email, async () => {
        const value = await act(parsed.data, member);
        checkRecorded(records);
        return value;
      });
      return { ok: true, value };
    } catch (thrown) {
      unstable_rethrow(thrown);
      return toFailure(thrown);
    }
  };
  return Object.assign(run, { records });
}

function toFailure(thrown: unknown): ActionFailure {
  const error = toPlatformError(thrown);
  if (error.code === "internal") log().error({ err: thrown }, "An action failed.");
  else if (error.code !== "invalid_input")
    log().info({ code: error.code }, `An action was refused: ${error.message}`);
  const field = error.details?.field;
  return {
    ok: false,
    code: error.code,
    message: error.message,
    ...(error.remedy ? { remedy: error.remedy } : {}),
    ...(typeof field === "string" ? { fields: { [field]: error.message } } : {}),
  };
}
