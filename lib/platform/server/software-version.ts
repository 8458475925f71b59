/** The version of Semblance, for records of what it has made. */
import manifest from "@/package.json" with { type: "json" };

/** Such as "0.1.0". */
export const softwareVersion: string = manifest.version;
