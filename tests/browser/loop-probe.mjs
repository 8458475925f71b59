/**
 * Loaded into the web server by a test (NODE_OPTIONS=--import): says over HTTP for how long its event loop was kept from
 * other work since it was last asked. Counted is processor time, as far as the loop stood still meanwhile: a machine that is
 * busy with other things makes no difference.
 */
import { createServer } from "node:http";

const port = Number(process.env.SEMBLANCE_TEST_PROBE_PORT);
const everyMs = 2;

if (port && /web.web-server[.][jt]s$/.test(process.argv[1])) {
  let longestMs = 0;
  let last = { at: performance.now(), cpu: process.cpuUsage() };
  setInterval(() => {
    const at = performance.now();
    const { user, system } = process.cpuUsage(last.cpu);
    longestMs = Math.max(longestMs, Math.min(at - last.at, (user + system) / 1000) - everyMs);
    last = { at, cpu: process.cpuUsage() };
  }, everyMs).unref();
  createServer((_request, response) => {
    // After the pause that is going on.
    setTimeout(() => {
      response.end(JSON.stringify({ longestMs }));
      longestMs = 0;
    }, 2 * everyMs);
  })
    .listen(port, "127.0.0.1")
    .unref();
}
