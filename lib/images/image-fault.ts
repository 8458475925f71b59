/** Errors that are the fault of an image file, which is then left out alone. */
import { SemblanceError } from "@/lib/errors";

/** Whether the image itself is at fault, and not the machine. */
export function isImageFault(error: unknown): error is SemblanceError {
  return (
    error instanceof SemblanceError &&
    ["not_found", "invalid_file", "unsupported_file", "too_large"].includes(error.code)
  );
}
