/** Faults of the method and the HTTP version. */
import { type Fault, pick } from "./parts";

export const methodFaults: Fault[] = [
  (parts, random) => {
    parts.method = pick(random, [
      ...[
        "TRACE",
        "OPTIONS",
        "PUT",
        "PATCH",
        "DELETE",
        "HEAD",
        "POST",
        "GET",
        "CONNECT",
        "PROPFIND",
        "M-SEARCH",
      ],
      ...["get", "Post", "GETT", "G ET", "", "\0", "X".repeat(2000), "PRI"],
    ]);
  },
  (parts, random) => {
    parts.version = pick(random, [
      "HTTP/1.0",
      "HTTP/2.0",
      "HTTP/0.9",
      "HTTP/9",
      "HTTP",
      "",
      "http/1.1",
      "HTTP/1.1 x",
    ]);
  },
];
