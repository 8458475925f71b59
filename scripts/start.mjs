/**
 * `npm start`: from a fresh clone to a running Semblance. Uses nothing but Node until the packages are installed,
 * then hands over to supervise.ts.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { needsInstall } from "./needs-install.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

function fail(message, remedy) {
  console.error(`\n${message}\n${remedy}\n`);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(
      `Semblance needs Node 20.19 or newer; this is ${process.versions.node}.`,
      "Install a newer Node (nodejs.org, or your version manager) and run npm start again.",
    );
  }
}

/** Runs one step quietly and shows its output only where it fails. */
function step(title, command, args, remedy) {
  process.stdout.write(`${title} … `);
  const startedAt = Date.now();
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0) {
    console.log("failed");
    console.error(`${result.stdout ?? ""}${result.stderr ?? ""}${result.error ?? ""}`.trim());
    fail(`The step “${title}” failed.`, remedy);
  }
  console.log(`${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/** Changes with every file that goes into the web pages. */
function sourceMark() {
  const hash = createHash("sha256");
  const visit = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    const stat = statSync(full);
    if (stat.isDirectory()) {
      for (const name of readdirSync(full).sort()) if (name !== "generated") visit(join(path, name));
    } else {
      hash.update(path).update(readFileSync(full));
    }
  };
  for (const path of [
    "app",
    "components",
    "lib",
    "public",
    "prisma/schema.prisma",
    "proxy.ts",
    "next.config.mjs",
  ]) {
    visit(path);
  }
  visit("package-lock.json");
  return hash.digest("hex");
}

checkNode();
if (needsInstall(root)) {
  step(
    "Installing packages (the first time takes about a minute)",
    "npm",
    ["ci", "--no-audit", "--no-fund"],
    "Check that the npm registry is within reach and that the disk has 3 GB free, then run npm start again.",
  );
}
if (!existsSync(join(root, "lib/generated/prisma/client.ts")) || markOf("prisma") !== markOfSchema()) {
  step("Generating the database client", "npx", ["prisma", "generate"], "Run npm ci, then npm start again.");
  keepMark("prisma", markOfSchema());
}
const sources = sourceMark();
if (!existsSync(join(root, ".next/BUILD_ID")) || markOf("web") !== sources) {
  step(
    "Building the web pages (once per version, about half a minute)",
    "npx",
    ["next", "build"],
    "The output above says why. A fresh clone with npm start should always build.",
  );
  keepMark("web", sources);
}

function markPath(name) {
  return join(root, "node_modules", `.semblance-${name}`);
}

function markOf(name) {
  return existsSync(markPath(name)) ? readFileSync(markPath(name), "utf8") : "";
}

function keepMark(name, mark) {
  writeFileSync(markPath(name), mark);
}

function markOfSchema() {
  return createHash("sha256")
    .update(readFileSync(join(root, "prisma/schema.prisma")))
    .digest("hex");
}

const { register } = await import("tsx/esm/api");
register({ tsconfig: join(root, "tsconfig.json") });
const { supervise } = await import("./supervise.ts");
await supervise(process.argv.slice(2));
