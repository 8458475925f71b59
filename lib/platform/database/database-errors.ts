/** What PostgreSQL, its driver and Prisma throw, as users and workers need to know it. */
import { SemblanceError, toSemblanceError } from "@/lib/errors";

/** Codes of Prisma, PostgreSQL (Appendix A of its manual) and the system for a database that is away for a moment. */
const lostCodes = new Set([
  // Out of reach, timed out, closed the connection, no connection free, too many connections.
  ...["P1001", "P1002", "P1008", "P1017", "P2024", "P2037"],
  // Shut down by an administrator, crashed, starting up, dropped, idle for too long; too many connections.
  ...["57P01", "57P02", "57P03", "57P04", "57P05", "53300"],
  ...[
    "ECONNREFUSED",
    "ECONNRESET",
    "ECONNABORTED",
    "EPIPE",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "EAI_AGAIN",
  ],
]);

/** PostgreSQL's class of connection exceptions. */
const connectionException = /^08[0-9A-Z]{3}$/;

/** Kinds of the errors that Prisma's driver adapter throws; statements written by hand say no more than these. */
const lostKinds = new Set([
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TooManyConnections",
]);

/** Of errors to which the driver gives no code. */
const lostMessage =
  /^Connection terminated|^Client has encountered a connection error|^Client was closed|^timeout exceeded when trying to connect|^terminating connection/;

type DriverError = {
  code?: unknown;
  kind?: unknown;
  message?: unknown;
  cause?: unknown;
  errors?: unknown;
  meta?: { driverAdapterError?: unknown };
};

/**
 * Whether an error only says that the database is away for a moment: what failed can be tried again. A SemblanceError
 * never does; its cause may be a lost connection to somebody else's server.
 */
export function isLostDatabase(thrown: unknown): boolean {
  if (typeof thrown !== "object" || thrown === null || thrown instanceof SemblanceError) return false;
  const { code, kind, message, cause, errors, meta } = thrown as DriverError;
  if (typeof code === "string" && (lostCodes.has(code) || connectionException.test(code))) return true;
  if (typeof kind === "string" && lostKinds.has(kind)) return true;
  if (typeof message === "string" && lostMessage.test(message)) return true;
  return [cause, meta?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])].some(isLostDatabase);
}

/**
 * PostgreSQL's codes for a value that no column of its type can hold: text in no encoding (a NUL, half a character), a
 * number or time out of range, what is written as no value of its type.
 */
const dataCodes = new Set(["22003", "22007", "22008", "22021", "22P02", "22P03", "22P05"]);

function toDataCode(thrown: unknown): string | null {
  const { code, meta } = (thrown ?? {}) as DriverError;
  const { cause } = (meta?.driverAdapterError ?? {}) as { cause?: { originalCode?: unknown } };
  const found = String(cause?.originalCode ?? code);
  return dataCodes.has(found) ? found : null;
}

/** As `toSemblanceError`, wherever the database may be what failed. */
export function toPlatformError(thrown: unknown): SemblanceError {
  if (thrown instanceof SemblanceError) return thrown;
  const { code, message } = (thrown ?? {}) as DriverError;
  const text = String(message);
  const dataCode = toDataCode(thrown);
  if (dataCode === "22P02" && text.includes("type uuid")) {
    return new SemblanceError("not_found", "There is nothing at this address.", {
      remedy: "Check that you copied the whole address.",
      cause: thrown,
    });
  }
  if (dataCode !== null || text.includes("Unable to fit value")) {
    return new SemblanceError(
      "invalid_input",
      "The input contains a character or a number that cannot be stored.",
      {
        remedy: "Remove unusual characters, such as null characters, and very large numbers.",
        cause: thrown,
      },
    );
  }
  // A missing table or column; in a hand-written statement, PostgreSQL's own code for a column.
  if (code === "P2021" || code === "P2022" || (code === "P2010" && text.includes("`42703`"))) {
    return new SemblanceError("unavailable", "The database belongs to another version of Semblance.", {
      remedy: "Restart the server (npm start), which updates the database.",
      cause: thrown,
    });
  }
  // No connection was free in time, or a transaction took too long.
  if (code === "P2024" || code === "P2028") {
    return new SemblanceError("unavailable", "The database did not respond in time.", {
      remedy: "Try again in a moment. If the problem persists, the machine is overloaded.",
      cause: thrown,
    });
  }
  if (isLostDatabase(thrown)) {
    return new SemblanceError("unavailable", "The database cannot be reached.", {
      remedy:
        "Try again in a moment. If the problem persists, look for the cause in the database's log in the data folder.",
      cause: thrown,
    });
  }
  return toSemblanceError(thrown);
}
