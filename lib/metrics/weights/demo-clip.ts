/** Where an installation with the demo keeps the weights of the demo's CLIP. */
import { join } from "node:path";

/** The one file, which the installation of the demo copies there. */
export function demoClipPath(weightsFolder: string): string {
  return join(weightsFolder, "demo-clip.safetensors");
}
