/** Brings a clone to where it can be started: packages, database client, web pages. Uses nothing but Node. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileCommandLine, compileProcesses, findCommandLine, hasProcesses } from "./compile-sources.mjs";
import { explainFailure, spaceProblem } from "./explain-failure.mjs";
import { needsInstall } from "./needs-install.mjs";
import { takePreparingLock } from "./preparing-lock.mjs";

/** A step of the start that could not be done; `message` says why, `remedy` what to do. */
export class StepFailure extends Error {
  constructor({ message, remedy }) {
    super(message);
    this.remedy = remedy;
  }
}

/** Whether anything is missing or older than the sources, by kind. */
export function findMissing(root) {
  const packages = needsInstall(root);
  return {
    packages,
    client:
      packages ||
      !existsSync(join(root, "lib/generated/prisma/client.ts")) ||
      markOf(root, "prisma") !== markOfSchema(root),
    commandLine: packages || findCommandLine(root) === null,
    processes: packages || !hasProcesses(root),
    pages:
      packages || !existsSync(join(root, ".next/BUILD_ID")) || markOf(root, "web") !== markOfSources(root),
  };
}

/**
 * Installs and builds what is missing, saying what and why.
 *
 * @throws StepFailure
 */
export async function prepare(root) {
  const giveUp = await takePreparingLock(root, () =>
    console.log("Another npm start is preparing this folder; waiting until it is done."),
  ).catch((error) => {
    throw new StepFailure(explainFailure(String(error)) ?? { message: String(error), remedy: "" });
  });
  try {
    // Only now: another start may have done it.
    const missing = findMissing(root);
    if (missing.packages) {
      await step(root, {
        title: "Packages: installing from the npm registry (once, about a minute)",
        command: ["npm", "ci", "--no-audit", "--no-fund"],
        neededBytes: 2.5e9,
        remedy: "See the output above. Run npm start again; if it fails again, remove node_modules first.",
      });
    }
    if (missing.client) {
      await step(root, {
        title: "Database client: generating",
        command: ["npx", "prisma", "generate"],
        neededBytes: 0.1e9,
        remedy: "Run npm ci, then npm start again.",
      });
      keepMark(root, "prisma", markOfSchema(root));
    }
    if (missing.client || missing.commandLine) await compileCommandLine(root);
    if (missing.client || missing.processes) await compileProcesses(root);
    if (missing.pages) {
      const sources = markOfSources(root);
      await step(root, {
        title: "Web pages: building, once per version (half a minute)",
        command: ["npx", "next", "build"],
        neededBytes: 1e9,
        remedy: "See the output above. A fresh clone should always build with npm start.",
      });
      keepMark(root, "web", sources);
    }
  } finally {
    giveUp();
  }
}

/** Runs one step and shows its output only where it fails. */
async function step(root, { title, command, neededBytes, remedy }) {
  const { bavail, bsize } = statfsSync(root);
  const lacking = spaceProblem(bavail * bsize, neededBytes, root);
  if (lacking) throw new StepFailure(lacking);

  process.stdout.write(`${title} … `);
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  const child = spawn(command[0], command.slice(1), { cwd: root, shell: process.platform === "win32" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  // Whoever watches a terminal sees that it goes on.
  const ticking = process.stdout.isTTY
    ? setInterval(() => process.stdout.write(`\r${title} … ${seconds()}`), 1000)
    : undefined;
  const ending = await new Promise((settle) => {
    child.on("error", (error) => settle(error.code === "ENOENT" ? `${command[0]} is not installed` : error));
    child.on("close", (code, signal) => settle(code === 0 ? null : `exit ${code ?? signal}`));
  });
  clearInterval(ticking);
  if (ending !== null) {
    console.log(`${process.stdout.isTTY ? "\r" : ""}${title} … failed (${ending})`);
    console.error(output.trim());
    const explained = explainFailure(`${output}\n${ending}`);
    throw new StepFailure(explained ?? { message: `“${command.join(" ")}” failed: ${ending}.`, remedy });
  }
  console.log(process.stdout.isTTY ? `\r${title} … ${seconds()}` : seconds());
}

/** Changes with every file that goes into the web pages. */
function markOfSources(root) {
  const hash = createHash("sha256");
  const visit = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) if (name !== "generated") visit(join(path, name));
    } else {
      hash.update(path).update(readFileSync(full));
    }
  };
  for (const path of [
    "app",
    "pages",
    "components",
    "lib",
    "public",
    "prisma/schema.prisma",
    "proxy.ts",
    "next.config.mjs",
    "package-lock.json",
  ]) {
    visit(path);
  }
  return hash.digest("hex");
}

function markOfSchema(root) {
  return createHash("sha256")
    .update(readFileSync(join(root, "prisma/schema.prisma")))
    .digest("hex");
}

function markPath(root, name) {
  return join(root, "node_modules", `.semblance-${name}`);
}

function markOf(root, name) {
  return existsSync(markPath(root, name)) ? readFileSync(markPath(root, name), "utf8") : "";
}

function keepMark(root, name, mark) {
  writeFileSync(markPath(root, name), mark);
}
