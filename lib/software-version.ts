/** Which Semblance this is. */
import { version } from "@/package.json";

export const softwareVersion: string = version;
