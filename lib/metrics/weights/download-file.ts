/** Downloads one file so that it is either there, whole and verified, or not there: resumes, follows, never hangs. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { SemblanceError, toSemblanceError } from "@/lib/errors";

export type DownloadOptions = {
  /** What the file must be; null where only the host can say. */
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** Without a byte for this long, a connection is given up and the download resumed. */
  readonly stallTimeoutMs?: number;
  /** Connections beyond the first, each resuming where the last one ended. */
  readonly retries?: number;
  readonly onProgress?: (progress: { receivedBytes: number; totalBytes: number | null }) => void;
  readonly signal?: AbortSignal;
};

const MOST_REDIRECTS = 8;

/** A failure that another connection may not have. */
class Interruption extends Error {}

/**
 * Fetches `url` to `target`. What has arrived is in `target`.part, and a later call goes on from there. The hash is
 * checked before the file takes its name; a file that fails the check is deleted.
 *
 * @returns size and SHA-256 of the file
 * @throws SemblanceError `unavailable` (unreachable, stalled or cut off, rejected by the server), `invalid_file` (not
 * the file that was asked for), `cancelled`, `disk_full`
 */
export async function downloadFile(
  url: string,
  target: string,
  options: DownloadOptions,
): Promise<{ bytes: number; sha256: string }> {
  const { retries = 4 } = options;
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  let declared: string | null = null;
  for (let attempt = 0; ; attempt++) {
    try {
      declared = (await receive(url, part, options)) ?? declared;
      break;
    } catch (error) {
      if (options.signal?.aborted)
        throw new SemblanceError("cancelled", `The download of ${basename(target)} was cancelled.`);
      if (!(error instanceof Interruption)) throw toSemblanceError(error);
      if (attempt >= retries) {
        throw new SemblanceError(
          "unavailable",
          `${basename(target)} could not be downloaded: ${error.message.replace(/(?<![?])$/, ".")}`,
          {
            remedy:
              "Try again: the download resumes where it stopped. Or copy the file to this machine and use `npx semblance weights add`.",
            cause: error,
          },
        );
      }
    }
  }
  const actual = { bytes: (await stat(part)).size, sha256: await hashFile(part) };
  const expected = options.sha256 ?? declared;
  if (
    (options.bytes !== null && actual.bytes !== options.bytes) ||
    (expected !== null && actual.sha256 !== expected)
  ) {
    await rm(part);
    throw new SemblanceError(
      "invalid_file",
      `The download for ${basename(target)} is a different file: ${actual.bytes} bytes, SHA-256 ${actual.sha256}.`,
      {
        remedy: "It was deleted. Try again; if it happens again, a proxy may be responding instead.",
        details: { expectedBytes: options.bytes, expectedSha256: expected },
      },
    );
  }
  await rename(part, target);
  return actual;
}

/** SHA-256 of a file, hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  return hash.digest("hex");
}

/** One connection: appends to the part file until the server is done. Returns the SHA-256 it declares, if any. */
async function receive(url: string, part: string, options: DownloadOptions): Promise<string | null> {
  const { stallTimeoutMs = 30_000, onProgress, signal } = options;
  const have = await sizeOf(part);
  if (options.bytes !== null && have === options.bytes) return null;
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), stallTimeoutMs);
  const stillAlive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(), stallTimeoutMs);
  };
  let file: FileHandle | null = null;
  try {
    const both = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal;
    const { response, sha256 } = await follow(url, have, both);
    // 416: nothing behind what is here already; the check of size and hash decides about it.
    if (response.status === 416 && have > 0 && options.bytes === null) return sha256;
    if (response.status === 416) {
      await rm(part, { force: true });
      throw new Interruption("the server's file is shorter than what was already received");
    }
    if (!response.ok || !response.body) throw refusal(url, response.status);
    // A network's sign-in page answers for everybody, with 200. Whatever has arrived before stays.
    if (/^(text\/html|application\/xhtml)/i.test(response.headers.get("content-type") ?? "")) {
      throw new SemblanceError("unavailable", `${url} returned a web page instead of the file.`, {
        remedy:
          "Sign in to this machine's network. Or copy the file to this machine and use `npx semblance weights add`.",
      });
    }
    const resumed = response.status === 206 && startOfRange(response) === have;
    const start = resumed ? have : 0;
    const length = Number(response.headers.get("content-length") ?? Number.NaN);
    const totalBytes = options.bytes ?? (Number.isFinite(length) ? start + length : null);
    file = await open(part, resumed ? "a" : "w");
    let receivedBytes = start;
    for await (const chunk of response.body) {
      stillAlive();
      receivedBytes += chunk.byteLength;
      if (totalBytes !== null && receivedBytes > totalBytes) {
        await file.truncate(0);
        throw new SemblanceError(
          "invalid_file",
          `${url} sends more than the ${totalBytes} bytes of the file.`,
          {
            remedy: "Try again; if it happens again, a proxy may be responding instead.",
          },
        );
      }
      await file.writeFile(chunk);
      onProgress?.({ receivedBytes, totalBytes });
    }
    if (totalBytes !== null && receivedBytes < totalBytes) {
      throw new Interruption(`the connection ended after ${receivedBytes} of ${totalBytes} bytes`);
    }
    return sha256;
  } catch (error) {
    if (error instanceof SemblanceError || error instanceof Interruption) throw error;
    if (stalled.signal.aborted) throw new Interruption(`no data arrived for ${stallTimeoutMs / 1000} s`);
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw error;
    throw new Interruption(describeCause(error));
  } finally {
    clearTimeout(timer);
    await file?.close();
  }
}

/** Follows redirects by hand, since the hosts of large files declare the hash on the first answer only. */
async function follow(
  url: string,
  from: number,
  signal: AbortSignal,
): Promise<{ response: Response; sha256: string | null }> {
  let address = new URL(url);
  let sha256: string | null = null;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const headers: Record<string, string> = { "accept-encoding": "identity" };
    if (from > 0) headers.range = `bytes=${from}-`;
    const response = await fetch(address, { headers, signal, redirect: "manual" });
    sha256 ??= /^"?([0-9a-f]{64})"?$/.exec(response.headers.get("x-linked-etag") ?? "")?.[1] ?? null;
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || !location) return { response, sha256 };
    await response.body?.cancel();
    address = new URL(location, address);
    if (address.protocol !== "http:" && address.protocol !== "https:") {
      throw new SemblanceError(
        "unavailable",
        `${url} redirects to ${address.protocol}, which is not a web address.`,
      );
    }
  }
  throw new SemblanceError("unavailable", `${url} redirects more than ${MOST_REDIRECTS} times.`, {
    remedy: "Try again later. Or copy the file to this machine and use `npx semblance weights add`.",
  });
}

function startOfRange(response: Response): number | null {
  const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  return start === undefined ? null : Number(start);
}

/** 5xx and 429 pass by themselves; what else a server answers, it will answer again. */
function refusal(url: string, status: number): Error {
  if (status >= 500 || status === 429) return new Interruption(`the server responded with ${status}`);
  return new SemblanceError(
    "unavailable",
    `${url} cannot be downloaded: the server responded with ${status}.`,
    {
      remedy: "Download it manually from the publisher's page, and use `npx semblance weights add`.",
    },
  );
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

const unreachable = "is this machine connected to the internet?";

/** What a person without knowledge of sockets can do something with; the code stays for those who have it. */
const causes: Readonly<Record<string, string>> = {
  ENOTFOUND: `its server's name is unknown (ENOTFOUND); ${unreachable}`,
  EAI_AGAIN: `its server's name could not be looked up (EAI_AGAIN); ${unreachable}`,
  ENETUNREACH: `its server cannot be reached (ENETUNREACH); ${unreachable}`,
  EHOSTUNREACH: `its server cannot be reached (EHOSTUNREACH); ${unreachable}`,
  ECONNREFUSED: "its server refused the connection (ECONNREFUSED)",
  ECONNRESET: "the connection was cut off (ECONNRESET)",
};

function describeCause(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  const known = causes[cause?.code ?? ""];
  if (known) return known;
  return cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error));
}
