/** The networks by which an audit can compare images with captions. */
import { auditNetworkNames } from "@/lib/datasets/audit/contradictions";
import { listMissingWeights } from "@/lib/evaluations/networks/list-missing-weights";
import type { NetworkChoice } from "./audit-form";

const titles = {
  "clip-vit-b-32": { title: "CLIP ViT-B/32", metric: "clip-score" },
  "demo-clip": { title: "the demo’s CLIP, which only knows the demo’s dogs", metric: "clip-score-demo" },
} as const;

export async function listNetworkChoices(): Promise<NetworkChoice[]> {
  const missing = await listMissingWeights();
  return auditNetworkNames.map((name) => ({
    name,
    title: titles[name].title,
    isInstalled: missing[titles[name].metric] === undefined,
  }));
}
