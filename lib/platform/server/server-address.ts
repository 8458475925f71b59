/** Under which address people reach this installation. */
import { env } from "@/lib/env";
import { findRunningServer } from "./server-beacon";

/** SEMBLANCE_URL; where nothing is stated the running server's own address, else the one that it would have. */
export async function serverAddress(): Promise<string> {
  const { publicUrl, dataFolder, port, bindAddress } = env();
  return publicUrl ?? (await findRunningServer(dataFolder))?.url ?? localUrl(port, bindAddress);
}

/** The server's address on this machine itself. */
export function localUrl(port: number, bindAddress: string | null): string {
  const isEverywhere = bindAddress === null || /^(?:0[.]0[.]0[.]0|127[.].*|::1?)$/.test(bindAddress);
  const host = isEverywhere ? "localhost" : bindAddress.includes(":") ? `[${bindAddress}]` : bindAddress;
  return `http://${host}:${port}`;
}
