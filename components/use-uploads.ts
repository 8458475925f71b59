/** Sends the files of an import, a few at a time, and remembers what has been sent. */
"use client";

import { useRef } from "react";
import { isContainer } from "@/lib/datasets/sources/archive-names";
import type { ChosenFile } from "./file-drop";
import { type Uploaded, uploadFile } from "./upload-file";

/** More at once would not be faster; browsers open six connections to a server. */
const uploadsAtOnce = 4;

export type Sent = { files: number; ofFiles: number; bytes: number; ofBytes: number };

/** The function that sends; a second call for the same files sends only the rest. */
export function useUploads(onProgress: (sent: Sent) => void) {
  const uploaded = useRef(new Map<File, Uploaded>());

  return async (
    chosen: readonly ChosenFile[],
    signal: AbortSignal,
  ): Promise<{ name: string; sha256: string }[]> => {
    const known = uploaded.current;
    const sizes = chosen.map(({ file }) => file.size);
    const progress = new Map<File, number>();
    const report = () =>
      onProgress({
        files: chosen.filter(({ file }) => known.has(file)).length,
        ofFiles: chosen.length,
        bytes: chosen.reduce(
          (sum, { file }) => sum + (known.has(file) ? file.size : (progress.get(file) ?? 0)),
          0,
        ),
        ofBytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
      });
    const queue = chosen.filter(({ file }) => !known.has(file));
    async function work() {
      for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) {
        const { path, file } = next;
        const purpose = isContainer(path) ? "archive" : "dataset";
        const onBytes = (bytes: number) => {
          progress.set(file, Math.min(bytes, file.size));
          report();
        };
        known.set(file, await uploadFile(file, purpose, { onProgress: onBytes, signal }));
        report();
      }
    }
    report();
    await Promise.all(Array.from({ length: uploadsAtOnce }, work));
    return chosen.flatMap(({ path, file }) => {
      const sent = known.get(file);
      return sent ? [{ name: path, sha256: sent.sha256 }] : [];
    });
  };
}
