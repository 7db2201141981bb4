#!/usr/bin/env node
// Runs a command of this checkout with a Node that is new enough and with the locked dependencies in place.
// Plain JavaScript on purpose: it is the only file that must run on an old Node (20) and on a fresh clone.
//
//   node tools/node.mjs src/cli/main.ts explain ...     a script of ours
//   node tools/node.mjs node_modules/x/cli.js           one of a dependency
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { constants } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The oldest Node that runs TypeScript unflagged and has node:sqlite. */
const nodeMin = [22, 18]

/** The pinned Node for machines whose own is too old: the npm registry's platform packages, plain binaries without an install script. */
const pinned = {
  version: "24.21.0",
  sha256: {
    "linux-x64": "7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c",
    "linux-arm64": "0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584",
  },
}

function fail(why) {
  process.stderr.write(`everybyte: ${why}\n`)
  process.exit(3)
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  return major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1])
}

/** npm, with the user's own registry settings; its chatter only on failure. */
function npm(what, args) {
  process.stderr.write(`everybyte: ${what} (once)\n`)
  const run = spawnSync("npm", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  if (run.error)
    fail(`${what} failed: npm could not be started (${run.error.message}); install npm, or Node ${nodeMin.join(".")} or newer with it`)
  if (run.status !== 0) fail(`${what} failed: npm ${args[0]} ended with ${run.status}:\n${run.stderr}`)
}

function findNode() {
  if (isNewEnough(process.versions.node)) return process.execPath
  const platform = `${process.platform}-${process.arch}`
  const sha256 = pinned.sha256[platform]
  if (sha256 === undefined)
    fail(`Node ${process.versions.node} is too old and no newer one is pinned for ${platform}; install Node ${nodeMin.join(".")} or newer`)
  const folder = join(root, ".node", pinned.version)
  const binary = join(folder, "node_modules", `node-${platform}`, "bin", "node")
  const stamp = join(folder, "verified")
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === sha256 && existsSync(binary)) return binary
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  npm(`installing Node ${pinned.version}, as ${process.versions.node} is too old`, [
    "install",
    "--prefix",
    folder,
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    `node-${platform}@${pinned.version}`,
  ])
  const found = createHash("sha256").update(readFileSync(binary)).digest("hex")
  if (found !== sha256) {
    rmSync(folder, { recursive: true, force: true })
    fail(`the registry's Node ${pinned.version} has sha256 ${found}, not the pinned ${sha256}; nothing was run`)
  }
  writeFileSync(stamp, sha256)
  return binary
}

/** Installs what package-lock.json names; a stamp in node_modules says for which lock file. */
function ensureDependencies() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex")
  const stamp = join(root, "node_modules", ".everybyte")
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return
  npm("installing the locked dependencies", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
  writeFileSync(stamp, lock)
}

/** The command line's own script. */
const commandLine = "src/cli/main.ts"
const bundle = join(root, ".node", "bundle", "main.js")

/** The bundle of the command line, made again when a source changed after it (`everybyte` asks the same). Where none can be made, the sources run. */
function bundled(node) {
  const sources = ["src", "tools/bundle.ts", "package-lock.json"].map((path) => join(root, path))
  const newer = existsSync(bundle) ? spawnSync("find", [...sources, "-cnewer", bundle], { encoding: "utf8" }).stdout : "all"
  if (newer === "") return bundle
  const made = spawnSync(node, [join(root, "tools", "bundle.ts"), dirname(bundle)], { stdio: ["ignore", "ignore", "pipe"] })
  return made.status === 0 ? bundle : join(root, commandLine)
}

/**
 * Streaming a large archive makes short-lived buffers only: a small young generation (in MiB) keeps the peak low and costs no time
 * (measured on linux's 1.4 GB: 225 MB resident instead of 300). One thread of V8's own beside ours: four compete with git and xz for the
 * processors of a small machine (measured on two: 5 % of every run). Both only count when given at the start.
 */
const options = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=8", "--v8-pool-size=1"]

/** Tells `everybyte` how to start Node without us: only a Node of ours, as another one may be replaced by an older one; and for which lock file. */
function tellReady(node) {
  const ready = join(root, ".node", "ready")
  if (!node.startsWith(join(root, ".node"))) return
  try {
    copyFileSync(join(root, "package-lock.json"), `${ready}.lock`)
    writeFileSync(ready, `${node}\n${options.join(" ")}\n`)
  } catch {
    // a checkout that cannot be written to is started through us
  }
}

const [script = "", ...rest] = process.argv.slice(2)
const node = findNode()
ensureDependencies()
tellReady(node)
const child = spawn(node, [...options, script === commandLine ? bundled(node) : join(root, script), ...rest], {
  stdio: "inherit",
  env: {
    ...process.env,
    // One arena of malloc: buffers cross threads, and each arena keeps what it once had (measured: up to 50 MB less, same time).
    MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? "1",
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, ".node", "compile-cache"),
    PATH: `${dirname(node)}:${process.env.PATH ?? ""}`,
  },
})
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
child.on("error", (error) => fail(`could not start ${node}: ${error.message}`))
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? "SIGTERM"]))
