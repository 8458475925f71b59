/** Finds the browser for tests and benchmarks. */
import { existsSync } from "node:fs";

/** A Chromium of the system, else the one inside the npm package (which unpacks itself at first use). */
export async function findBrowser(): Promise<string> {
  const installed = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
    existsSync,
  );
  if (installed) return installed;
  const { default: packaged } = await import("@sparticuz/chromium");
  return packaged.executablePath();
}
