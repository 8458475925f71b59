/** What a form says of the noised CLIP that a base's samples would be guided by. */
import type { SamplingBase } from "@/lib/samples/list-sampling-models";

/** @returns nothing where GLIDE's own is there, or before a base is chosen */
export function clipHelp(base: SamplingBase | undefined): string | undefined {
  if (base === undefined) return undefined;
  const { name, isInstalled } = base.clip;
  if (name === "demo") {
    return isInstalled
      ? "The demo’s noised CLIP guides the demo’s models. It needs higher scales than GLIDE’s: 10 was measured."
      : "The demo’s noised CLIP is not installed: it comes with the demo and goes with it.";
  }
  return isInstalled ? undefined : "The noised CLIP is not installed: see Networks, under Evaluations.";
}
