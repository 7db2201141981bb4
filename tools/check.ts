/**
 * `npm run check`: types, lint, tests and build, each in a child process. What a step prints is shown only when it fails.
 *
 *   node tools/node.mjs tools/check.ts [--no-tests]
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const built = mkdtempSync(join(tmpdir(), "everybyte-build-"))
const tsc = "node_modules/typescript/bin/tsc"

const steps: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: "types", args: [tsc, "-p", "."] },
  { name: "web", args: [tsc, "-p", "web"] },
  { name: "lint", args: ["node_modules/@biomejs/biome/bin/biome", "check", "."] },
  { name: "tests", args: ["node_modules/vitest/vitest.mjs", "run"] },
  { name: "build", args: [tsc, "-p", "tsconfig.build.json", "--outDir", built] },
  { name: "bundle", args: ["tools/bundle.ts", join(built, "cli")] },
]

const asked = process.argv.slice(2)
const unknown = asked.filter((arg) => arg !== "--no-tests")
if (unknown.length > 0) {
  process.stderr.write(`check: unknown argument ${unknown.join(" ")}; there is only --no-tests\n`)
  process.exit(2)
}

const failures: string[] = []
try {
  for (const { name, args } of steps.filter((step) => step.name !== "tests" || !asked.includes("--no-tests"))) {
    const started = performance.now()
    const run = spawnSync(process.execPath, args, {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 256 * 2 ** 20,
    })
    const ended = run.error?.message ?? (run.signal === null ? `exit ${run.status}` : `killed by ${run.signal}`)
    const failed = run.error !== undefined || run.status !== 0
    process.stdout.write(
      `${name.padEnd(6)} ${failed ? `FAILED (${ended})` : "ok"}  ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
    )
    if (!failed) continue
    failures.push(name)
    process.stdout.write(`${run.stdout ?? ""}${run.stderr ?? ""}\n`)
  }
} finally {
  rmSync(built, { recursive: true, force: true })
}
if (failures.length > 0) process.stdout.write(`check failed: ${failures.join(", ")}\n`)
process.exitCode = failures.length > 0 ? 1 : 0
