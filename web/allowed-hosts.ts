/** Under which names the server answers. A name that somebody else points at it would make it part of their site. */
import { isIP } from "node:net";
import { hostname } from "node:os";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";

/** A host as RFC 3986 writes it, as far as browsers send it, with or without a port. */
const hostPattern = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)[.]?)(?::(\d{1,5}))?$/i;

type Settings = { publicUrl: string | null; hosts: readonly string[] };

/**
 * Addresses in digits are always taken, since no other site can be opened under them; of names, this machine's own, that
 * of SEMBLANCE_URL and those of SEMBLANCE_HOSTS.
 *
 * @param host of the request, with its port
 * @throws SemblanceError `invalid_input` for what is not a host, `misdirected` for a name that is not ours
 */
export function checkHost(host: string, settings: Settings = env()): void {
  const [, address, name, port = "0"] = hostPattern.exec(host) ?? [];
  const plain = (address ?? name)?.toLowerCase();
  if (plain === undefined || Number(port) > 65_535 || (address !== undefined && isIP(address) !== 6)) {
    throw new SemblanceError("invalid_input", "The request’s Host header is not a valid host name.");
  }
  if (isIP(plain) !== 0 || plain === "localhost" || plain.endsWith(".localhost")) return;
  const machine = hostname().toLowerCase();
  if (plain === machine || plain === `${machine}.local`) return;
  if (settings.publicUrl !== null && plain === new URL(settings.publicUrl).hostname) return;
  if (settings.hosts.some((each) => each === "*" || each === plain)) return;
  throw new SemblanceError("misdirected", `This server does not answer to the name “${plain}”.`, {
    remedy:
      "If it should, set SEMBLANCE_URL to the address that people use, or add the name to SEMBLANCE_HOSTS, and restart it.",
  });
}
