import { spawnSync } from "node:child_process"
import { existsSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { checkout } from "../results/run-explain.ts"
import { NotRun } from "./measure.ts"

/** A script of `test/bench` as a user's command is: bundled as `everybyte` is, with Node's options and cache of compiled code as its launcher has them. */
export function bundled(script: string, work: string): readonly string[] {
  const folder = join(work, "bundled", script)
  const run = spawnSync(process.execPath, [join(checkout, "tools/bundle.ts"), folder, `test/bench/${script}.ts`], { encoding: "utf8" })
  if (run.status !== 0) throw new NotRun(`${script} cannot be bundled: ${run.error?.message ?? run.stderr.trim().slice(0, 500)}`)
  const packages = join(work, "bundled/node_modules") // of those that the bundle leaves outside
  if (!existsSync(packages)) symlinkSync(join(checkout, "node_modules"), packages)
  // As beside a user's script: without it Node reads the script twice to find out that it is a module (5 ms of a start of 45).
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n')
  return [process.execPath, ...process.execArgv, join(folder, "main.js")]
}
