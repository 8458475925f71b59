/** Errors that users meet: a stable code, a message that names the thing, and how to mend it. */

const statusByCode = {
  invalid_input: 400,
  invalid_file: 422,
  unsupported_file: 415,
  shape_mismatch: 422,
  missing_tensor: 422,
  not_found: 404,
  not_signed_in: 401,
  forbidden: 403,
  conflict: 409,
  gone: 410,
  too_large: 413,
  too_many_requests: 429,
  missing_weights: 424,
  disk_full: 507,
  unavailable: 503,
  cancelled: 499,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof statusByCode;

/**
 * An error whose message may be shown to the user.
 *
 * `message` names the file, row, field or tensor at fault; `remedy` says what to do about it. What belongs into
 * the log only (paths, upstream errors) goes into `cause`.
 */
export class SemblanceError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { remedy?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SemblanceError";
    this.code = code;
    this.remedy = options.remedy;
    this.details = options.details;
  }
}

/** The HTTP status that fits an error code; total over the codes, so that a new code cannot be forgotten. */
export function errorToStatus(code: ErrorCode): number {
  return statusByCode[code];
}

/**
 * Anything thrown, as a SemblanceError. What the system, PostgreSQL or Prisma say clearly keeps its meaning; all else
 * becomes `internal` and keeps its text for the log alone.
 */
export function toSemblanceError(thrown: unknown): SemblanceError {
  if (thrown instanceof SemblanceError) return thrown;
  const { code, message } = (thrown ?? {}) as { code?: unknown; message?: unknown };
  const text = String(message);
  if (code === "ENOSPC" || code === "EDQUOT" || text.includes("No space left on device")) {
    return new SemblanceError("disk_full", "The disk is full.", {
      remedy: "Free some space, or move the data folder, and try again.",
      cause: thrown,
    });
  }
  // PostgreSQL keeps no NUL characters, which an address may hold too (%00).
  if ((code === "P2007" && text.includes("type uuid")) || text.includes('for encoding "UTF8": 0x00')) {
    return new SemblanceError("not_found", "There is nothing under this address.", {
      remedy: "Check that the address was copied whole.",
      cause: thrown,
    });
  }
  if (code === "P1001" || code === "P1017") {
    return new SemblanceError("unavailable", "The database is out of reach.", {
      remedy: "Try again in a moment. If it stays so, the database's log in the data folder has the cause.",
      cause: thrown,
    });
  }
  // A table or column that there is not; in a statement written by hand, PostgreSQL's own code for a column.
  if (code === "P2021" || code === "P2022" || (code === "P2010" && text.includes("`42703`"))) {
    return new SemblanceError("unavailable", "The database is of another version of Semblance.", {
      remedy: "Start the server anew (npm start): it brings the database up to date.",
      cause: thrown,
    });
  }
  // No connection was free in time, or a transaction took too long.
  if (code === "P2024" || code === "P2028") {
    return new SemblanceError("unavailable", "The database did not answer in time.", {
      remedy: "Try again in a moment. If it stays so, the machine has too much to do at once.",
      cause: thrown,
    });
  }
  return new SemblanceError("internal", "Something went wrong on our side.", {
    remedy: "Try again. If it happens again, the log has the cause.",
    cause: thrown,
  });
}
