/**
 * Preloaded into every process of a test run: two test files run at a time, and sessions that each compute on all cores
 * would wait for one another at every operation.
 */
const { syncBuiltinESMExports } = require("node:module");
const os = require("node:os");

os.availableParallelism = () => 1;
syncBuiltinESMExports();
