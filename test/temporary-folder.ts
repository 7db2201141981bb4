import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** One folder for all that the tests of a run leave behind; removed with it. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "everybyte-tests-"))
  // What is started as another user must reach what lies in it.
  chmodSync(folder, 0o755)
  process.env["TMPDIR"] = folder
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
