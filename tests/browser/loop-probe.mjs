/**
 * Loaded into the web server by a test (NODE_OPTIONS=--import): says over HTTP how long its event loop was kept from other
 * work since it was last asked, ms.
 */
import { createServer } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";

const port = Number(process.env.SEMBLANCE_TEST_PROBE_PORT);

if (port && process.argv[1]?.endsWith("web-server.ts")) {
  const resolution = 5;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  createServer((_request, response) => {
    // Its samples include the pause that it makes by itself.
    const longestMs = Math.max(0, delay.max / 1e6 - resolution);
    delay.reset();
    response.end(JSON.stringify({ longestMs }));
  })
    .listen(port, "127.0.0.1")
    .unref();
}
