/** Loaded into the web server before its own code: ends it when the supervisor that started it has died. */
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
