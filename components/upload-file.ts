/** Sends one file to the server, with its progress; sends it again where the connection breaks. */
import type { ActionFailure } from "@/lib/platform/accounts/protected-action";
import type { UploadPurpose } from "@/lib/platform/storage/receive-upload";

export type Uploaded = { sha256: string; sizeBytes: number };

/** Why an upload was rejected, in the server's words. */
export class UploadError extends Error {
  readonly remedy: string | undefined;
  constructor(message: string, remedy?: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** What a form says of an upload that ended so; null where a person stopped it. @param signal absent where nobody can */
export function refusedUpload(error: unknown, signal?: AbortSignal): ActionFailure | null {
  if (signal?.aborted) return null;
  if (!(error instanceof UploadError)) throw error;
  const { message, remedy } = error;
  return { ok: false, code: "invalid_input", message, ...(remedy ? { remedy } : {}) };
}

const attempts = 3;

/**
 * @param onProgress bytes sent of this file so far
 * @throws UploadError when the server rejects the file, or three attempts to reach it fail
 */
export async function uploadFile(
  file: File,
  purpose: UploadPurpose,
  { onProgress, signal }: { onProgress?: (sentBytes: number) => void; signal?: AbortSignal } = {},
): Promise<Uploaded> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(file, purpose, onProgress, signal);
    } catch (error) {
      if (error instanceof UploadError || signal?.aborted || attempt === attempts) {
        throw error instanceof UploadError
          ? error
          : new UploadError(`${file.name} could not be sent.`, "Check the connection and try again.");
      }
      await new Promise((resolve) => setTimeout(resolve, 1000 * attempt));
    }
  }
}

function send(
  file: File,
  purpose: UploadPurpose,
  onProgress: ((sentBytes: number) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<{ sha256: string; sizeBytes: number }> {
  return new Promise((resolve, reject) => {
    // fetch does not tell how much of a body has been sent.
    const request = new XMLHttpRequest();
    request.open("POST", `/api/uploads?for=${purpose}`);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress?.(event.loaded);
    request.onload = () => {
      if (request.status === 201) return resolve(request.response);
      const error = request.response?.error;
      if (error?.message) reject(new UploadError(`${file.name}: ${error.message}`, error.remedy));
      else reject(new Error(`status ${request.status}`));
    };
    request.onerror = () => reject(new Error("no connection"));
    request.onabort = () => reject(new Error("aborted"));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
