import { spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { baseName } from "../../src/core/path.ts"

/** Older and newer texts of a build file, from the histories in EVERYBYTE_REPOSITORIES that have this very text; none when no history has it. */
export function publishedVersions(path: string, text: string): readonly string[] {
  const folder = process.env["EVERYBYTE_REPOSITORIES"] ?? ""
  for (const repository of folder === "" ? [] : readdirSync(folder).map((name) => join(folder, name, "repo"))) {
    const versions = versionsIn(repository, path)
    if (versions.includes(text)) return versions.filter((one) => one !== text)
  }
  return []
}

const known = new Map<string, readonly string[]>()

function versionsIn(repository: string, path: string): readonly string[] {
  const key = `${repository}\0${path}`
  const before = known.get(key)
  if (before !== undefined) return before
  const listed = git(repository, ["log", "--all", "-n", "60", "--format=", "--raw", "--no-abbrev", "--", `:(glob)**/${baseName(path)}`])
  const blobs = [
    ...new Set(
      listed.split("\n").flatMap((line) => (line.endsWith(path) ? (/^:\d+ \d+ [0-9a-f]+ ([0-9a-f]{40}) [AM]/.exec(line)?.[1] ?? []) : [])),
    ),
  ]
  const versions = blobs.map((blob) => git(repository, ["cat-file", "blob", blob]))
  known.set(key, versions)
  return versions
}

/** With the settings of nobody: nothing but the objects counts. */
function git(repository: string, args: readonly string[]): string {
  const run = spawnSync("git", ["--git-dir", repository, ...args], {
    encoding: "latin1",
    maxBuffer: 2 ** 28,
    env: { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
  })
  return run.status === 0 ? run.stdout : ""
}
