import { spawnSync } from "node:child_process"
import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { temporary } from "./fixtures/repository.ts"

/** A checkout in which every Node only tells which one it is and what it was given. */
function made(): { readonly folder: ReturnType<typeof temporary>; readonly run: (command?: string) => string } {
  const folder = temporary()
  const root = join(folder.path, "check out")
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, ".."), { recursive: true })
    writeFileSync(join(root, path), text)
    chmodSync(join(root, path), 0o755)
  }
  mkdirSync(root)
  cpSync(join(import.meta.dirname, "../everybyte"), join(root, "everybyte"))
  const tell = (name: string): string => `#!/bin/sh\necho ${name} "$EVERYBYTE_COMMAND" "$@"\nexit 7\n`
  write("bin/node", tell("any"))
  write(".node/own/node", tell("own"))
  write(".node/ready", `${join(root, ".node/own/node")}\n--a --b=1\n`)
  write(".node/ready.lock", "lock 1")
  write("package-lock.json", "lock 1")
  write("node_modules/.everybyte", "")
  write("tools/node.mjs", "")
  utimesSync(join(root, "tools/node.mjs"), 0, 0)
  for (const path of ["src/cli/main.ts", "tools/bundle.ts", ".node/bundle/main.js"]) write(path, "")
  // Made long after its sources.
  utimesSync(join(root, ".node/bundle/main.js"), 4e9, 4e9)
  const run = (command = join(root, "everybyte")): string => {
    const ran = spawnSync(command, ["explain", "a b"], {
      cwd: folder.path,
      encoding: "utf8",
      env: { PATH: `${join(root, "bin")}:/usr/bin:/bin` },
    })
    expect(ran).toMatchObject({ status: 7, stderr: "" })
    return ran.stdout.replaceAll(root, "ROOT").trim()
  }
  return { folder, run }
}

const quick = "own ROOT/everybyte --a --b=1 ROOT/.node/bundle/main.js explain a b"
const slow = "any ROOT/everybyte ROOT/tools/node.mjs src/cli/main.ts explain a b"

test("the launcher starts our Node itself while what tools/node.mjs left holds, through a link too", () => {
  const { folder, run } = made()
  using _ = folder
  expect(run()).toBe(quick)
  symlinkSync("check out/everybyte", join(folder.path, "linked"))
  expect(run("./linked")).toBe(quick.replace("ROOT/everybyte", "./linked"))
})

test.each<[string, (root: string) => void]>([
  [
    "another lock file, though an older one",
    (root) => {
      writeFileSync(join(root, "package-lock.json"), "lock 2")
      utimesSync(join(root, "package-lock.json"), 0, 0)
    },
  ],
  ["a newer tools/node.mjs", (root) => utimesSync(join(root, "tools/node.mjs"), 4e9, 4e9)],
  ["no dependencies", (root) => rmSync(join(root, "node_modules"), { recursive: true })],
  ["no Node of ours", (root) => rmSync(join(root, ".node/own"), { recursive: true })],
  ["a fresh clone", (root) => rmSync(join(root, ".node"), { recursive: true })],
  ["no bundle", (root) => rmSync(join(root, ".node/bundle"), { recursive: true })],
  [
    "a source that was put there after the bundle was made, however old it says it is",
    (root) => {
      utimesSync(join(root, ".node/bundle/main.js"), new Date(), new Date(Date.now() - 1000))
      utimesSync(join(root, "src/cli/main.ts"), 0, 0)
    },
  ],
  ["half a note", (root) => writeFileSync(join(root, ".node/ready"), join(root, ".node/own/node"))],
])("the launcher asks tools/node.mjs when there is %s", (_, change) => {
  const { folder, run } = made()
  using _held = folder
  change(join(folder.path, "check out"))
  expect(run()).toBe(slow)
})
