/** Under which address people reach this installation. */
import { env } from "@/lib/env";
import { findRunningServer } from "./server-beacon";

/** SEMBLANCE_URL; where nothing is stated the running server's own address, else the one that it would have. */
export async function serverAddress(): Promise<string> {
  const { publicUrl, dataFolder, port } = env();
  return publicUrl ?? (await findRunningServer(dataFolder))?.url ?? `http://localhost:${port}`;
}
