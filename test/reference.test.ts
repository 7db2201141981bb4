import { execFileSync, spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { generateDocs } from "../tools/build-docs.ts"
import { temporary } from "./fixtures/repository.ts"

const root = join(import.meta.dirname, "..")
const completion = (shell: string): string =>
  execFileSync(process.execPath, [join(root, "src/cli/main.ts"), "completion", shell], { encoding: "utf8" })

test.each([...generateDocs()])("%s is what `npm run build:docs` makes of the commands", (path, text) => {
  expect(readFileSync(join(root, path), "utf8")).toBe(text)
})

test("the manual page cut examples by help of another width: each group of them begins with its word", () => {
  const page = new Map(generateDocs()).get("man/everybyte.1") ?? ""
  const firsts = page
    .split("\n.nf\n")
    .slice(1)
    .map((group) => group.split("\n")[0])
  expect(firsts.length).toBeGreaterThan(5)
  expect(firsts.filter((line) => !/^(?:Examples:$|Exit codes: )/.test(line ?? ""))).toEqual([])
})

test("bash completes commands, options and the words that an option takes, and leaves the rest to file names", () => {
  const asked = [
    ["ex"],
    ["toolchain", ""],
    ["explain", "--repl"],
    ["explain", "--replay", "n"],
    ["toolchain", "build", "--dry"],
    ["explain", "dist/"],
  ]
  const script = `source /dev/stdin <<'END'\n${completion("bash")}\nEND
try() { COMP_WORDS=(everybyte "$@"); COMP_CWORD=$#; COMPREPLY=(); _everybyte; echo "\${COMPREPLY[*]}"; }
${asked.map((words) => `try ${words.map((word) => `'${word}'`).join(" ")}`).join("\n")}`
  const ran = spawnSync("bash", ["--norc", "-c", script], { encoding: "utf8" })
  expect([ran.stderr, ran.stdout.trimEnd().split("\n")]).toEqual(["", ["explain", "list build remove", "--replay", "never", "--dry-run"]])
})

test.each(["zsh", "fish"])("%s reads its completion script, where it is installed", (shell) => {
  using folder = temporary()
  const file = join(folder.path, "completion")
  writeFileSync(file, completion(shell))
  const ran = spawnSync(shell, ["-n", file], { encoding: "utf8" })
  expect(ran.error === undefined ? ran.stderr : "").toBe("")
  expect(completion(shell)).toContain("toolchain")
})
