/** Solves a challenge beside the page, which goes on answering its reader meanwhile. */
import { solveChallenge } from "@/lib/rating/admission/proof-of-work";

self.addEventListener("message", ({ data }: MessageEvent<string>) => {
  self.postMessage(solveChallenge(data));
});
