/** Which Semblance this is, as records of what it has made say. */
import manifest from "@/package.json" with { type: "json" };

/** Such as "0.1.0". */
export const softwareVersion: string = manifest.version;
