/** A real S3 server for tests, in this process, and a wire to it that can be cut or falsified. */
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "@20minutes/s3rver";
import type { ObjectStoreSettings } from "@/lib/env";

export type S3Server = { readonly settings: ObjectStoreSettings; stop(): Promise<void> };

/** The only account of the server. */
const keys = { access: "S3RVER", secret: "S3RVER" };

/** @param buckets that are there from the beginning */
export async function startS3Server(buckets: readonly string[]): Promise<S3Server> {
  const directory = mkdtempSync(join(tmpdir(), "semblance-s3-"));
  const server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    vhostBuckets: false,
    configureBuckets: buckets.map((name) => ({ name })),
  });
  const { port } = await server.run();
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    keys,
    pathStyle: true,
    givesLinks: false,
  };
  return {
    settings,
    async stop() {
      server.httpServer.closeAllConnections();
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What happens to bytes on their way; null cuts the connection. */
type Passage = (chunk: Buffer, connection: { readonly up: number; readonly down: number }) => Buffer | null;

export type Wire = {
  readonly endpoint: string;
  /** Bytes that have gone to the server. */
  sent: number;
  up: Passage;
  down: Passage;
  stop(): Promise<void>;
};

const unharmed: Passage = (chunk) => chunk;

/** Connects clients with a server at an endpoint. */
export async function startWire(endpoint: string): Promise<Wire> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(Number(new URL(endpoint).port), "127.0.0.1");
    const passed = { up: 0, down: 0 };
    const cut = () => {
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on("error", cut).on("close", cut);
    }
    client.on("data", (chunk) => {
      const given = wire.up(chunk, passed);
      if (given === null) return cut();
      passed.up += chunk.length;
      wire.sent += chunk.length;
      target.write(given);
    });
    target.on("data", (chunk) => {
      const given = wire.down(chunk, passed);
      if (given === null) return cut();
      passed.down += chunk.length;
      client.write(given);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const wire: Wire = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: 0,
    up: unharmed,
    down: unharmed,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return wire;
}
