/** The proof of work that a study's link asks for: begun when the page is there, done before most have read it. */
"use client";

import { useEffect, useState } from "react";
import { solveChallenge } from "@/lib/rating/admission/proof-of-work";

/**
 * @param challenge null where none is asked for
 * @returns `isLive`: whether the page waits for its proof, or needs none; `proof`: null until it is there
 */
export function useProof(challenge: string | null): { isLive: boolean; proof: string | null } {
  const [isLive, setIsLive] = useState(challenge === null);
  const [proof, setProof] = useState<string | null>(null);
  useEffect(() => {
    if (challenge === null) return;
    setIsLive(true);
    const worker = new Worker(new URL("./proof-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<string>) => setProof(data);
    // Where a browser runs no worker, the page stands still for a moment instead.
    worker.onerror = () => setProof(solveChallenge(challenge));
    worker.postMessage(challenge);
    return () => worker.terminate();
  }, [challenge]);
  return { isLive, proof };
}
