/** Solves a challenge in a web worker, so that the page stays responsive. */
import { solveChallenge } from "@/lib/rating/admission/proof-of-work";

self.addEventListener("message", ({ data }: MessageEvent<string>) => {
  self.postMessage(solveChallenge(data));
});
