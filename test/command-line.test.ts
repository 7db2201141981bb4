import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { git, makeRepository, temporary } from "./fixtures/repository.ts"
import { tarOf } from "./fixtures/tar.ts"

/** What a user types and gets: words, exit codes, files. Each run is a process of its own. */
interface Answer {
  readonly code: number
  readonly out: string
  readonly err: string
}

const root = join(import.meta.dirname, "..")

function start(folder: string, command: string, args: readonly string[]): Answer {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache"), EVERYBYTE_COMMAND: "" }
  try {
    const out = execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], env })
    return { code: 0, out, err: "" }
  } catch (error) {
    const failed = error instanceof Error && "status" in error && "stdout" in error && "stderr" in error ? error : undefined
    return { code: Number(failed?.status ?? -1), out: String(failed?.stdout), err: String(failed?.stderr) }
  }
}

const run = (folder: string, ...args: string[]): Answer => start(folder, process.execPath, [join(root, "src/cli/main.ts"), ...args])

/** A folder with the repository `r`, tagged v1.0, and its git archive. */
function made(): ReturnType<typeof temporary> {
  const folder = temporary()
  const repository = makeRepository(join(folder.path, "r"), { "src/a.c": "int main(void)\n{\n\treturn 0;\n}\n", "doc/README": "read me\n" })
  const tar = execFileSync("git", ["archive", "--format=tar", "--prefix=made-1.0/", "v1.0"], { cwd: repository })
  writeFileSync(join(folder.path, "made-1.0.tar.gz"), gzipSync(tar))
  return folder
}

const explain = ["explain", "made-1.0.tar.gz", "--repository", "r"]

describe("exit codes", () => {
  test("0 done, 1 at the verdict of --fail-on", () => {
    using folder = made()
    expect(run(folder.path, ...explain).code).toBe(0)
    expect(run(folder.path, "explain", "made-1.0.tar.gz", "--fail-on", "undetermined").code).toBe(1)
  })

  test.each([
    ["no artifact", ["explain"], "artifact"],
    ["an empty name", ["explain", ""], "empty name"],
    ["an unknown option", ["explain", "made-1.0.tar.gz", "--nonsense"], "--nonsense"],
    ["an unknown mode of replay", [...explain, "--replay", "sometimes"], "never"],
    ["no mode of replay", [...explain, "--replay"], "--replay"],
    ["an unknown limit", ["explain", "made-1.0.tar.gz", "--limit", "nonsense=1"], "--limit help"],
    ["an unknown registry", ["explain", "nonsense:x@1"], "nonsense"],
    ["an empty ref", ["explain", "made-1.0.tar.gz", "--repository", "r@"], "no ref after its @"],
    ["nothing to accept", [...explain, "--accept-previous"], "--previous"],
    ["a release to accept that nobody named", [...explain, "--previous", "auto", "--accept-previous"], "--previous"],
    ["a file whose release before nobody lists", [...explain, "--previous", "auto"], "no package of npm, PyPI or crates"],
    ["a folder of no repository", ["explain", "made-1.0.tar.gz", "--subdirectory", "src"], "name it with --repository"],
    ["a submodule of no repository", ["explain", "made-1.0.tar.gz", "--submodule", "deps/a=r"], "name it with --repository"],
  ])("2, wrong usage: %s", (_, args, says) => {
    using folder = made()
    expect(run(folder.path, ...args)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(says) })
  })

  test.each([
    ["a missing file", ["explain", "nowhere.tar.gz"], "there is no such file"],
    ["a missing file, as a path", ["explain", "./nowhere.tar.gz"], "there is no such file"],
    ["a missing earlier release", [...explain, "--previous", "nowhere.tar.gz"], "nowhere.tar.gz"],
    ["a missing repository", ["explain", "made-1.0.tar.gz", "--repository", "./nowhere"], "./nowhere"],
    ["a missing ref", ["explain", "made-1.0.tar.gz", "--repository", "r@v9.9"], "the nearest names are v1.0"],
    ["a missing folder of the repository", [...explain, "--subdirectory", "none"], "no folder none/"],
    ["a missing submodule", [...explain, "--submodule", "a=r"], "no such submodule"],
    ["a missing key file", [...explain, "--keyring", "nope"], "nope"],
    ["a cut archive", ["explain", "broken-1.0.tar.gz"], "broken-1.0.tar.gz"],
    ["a limit", [...explain, "--limit", "layerBytesMax=1k"], "--limit layerBytesMax=NUMBER"],
    ["an output folder that is not there", [...explain, "-o", "no/such/report"], "no/such/report"],
    ["a full disk: /dev/full answers every write as one", [...explain, "-o", "/dev/full"], "free the disk"],
  ])("3, could not be done, in one sentence: %s", (_, args, says) => {
    using folder = made()
    writeFileSync(join(folder.path, "broken-1.0.tar.gz"), readFileSync(join(folder.path, "made-1.0.tar.gz")).subarray(0, 100))
    const answer = run(folder.path, ...args)
    expect(answer).toMatchObject({ code: 3, out: "", err: expect.stringContaining(says) })
    expect(answer.err).toMatch(/^everybyte: .*;.*\n$/)
  })
})

describe("artifacts with nothing in them", () => {
  test("an empty file, a plain text and an empty folder are reported for what they are", () => {
    using folder = made()
    writeFileSync(join(folder.path, "empty"), "")
    writeFileSync(join(folder.path, "plain.txt"), "hello\n")
    mkdirSync(join(folder.path, "hollow"))
    for (const [name, says] of [
      ["empty", "the artifact is an empty file"],
      ["plain.txt", "one file, no archive of a kind that is read"],
      ["hollow", "the artifact has no entries"],
    ] as const) {
      const answer = run(folder.path, "explain", name)
      expect(answer).toMatchObject({ code: 0, out: expect.stringContaining(says) })
      expect(answer.out).toMatch(/^ undetermined /)
    }
  })
})

describe("--replay", () => {
  /** A release with a configure that its commit, which has a configure.ac, lacks. */
  function generated(): ReturnType<typeof temporary> {
    const folder = temporary()
    const files = { "configure.ac": "AC_INIT([made], [1.0])\n", "src/a.c": "int a;\n" }
    makeRepository(join(folder.path, "r"), files)
    const members = Object.entries({ ...files, configure: "#!/bin/sh\necho made\n" })
    writeFileSync(
      join(folder.path, "made-1.0.tar.gz"),
      gzipSync(tarOf(members.map(([name, content]) => ({ name: `made-1.0/${name}`, content })))),
    )
    return folder
  }

  test("auto, the default, without a toolchain: undetermined, with the command that builds it", () => {
    using folder = generated()
    for (const more of [[], ["--replay", "auto"]]) {
      const answer = run(folder.path, ...explain, ...more)
      expect(answer).toMatchObject({ code: 0, out: expect.stringMatching(/^ undetermined {3}0 to read/) })
      expect(answer.out).toMatch(
        /made again +not autotools: toolchain trixie: it is not on this machine; `everybyte toolchain build trixie`/,
      )
    }
  })

  test("never: the same release has a file to read", () => {
    using folder = generated()
    const answer = run(folder.path, ...explain, "--replay", "never")
    expect(answer).toMatchObject({ code: 0, out: expect.stringMatching(/^ review {3}2 to read/) })
    expect(answer.out).not.toContain("made again")
  })

  test("always, offline and without a toolchain: done, and the report says why it could not be built", () => {
    using folder = generated()
    const answer = run(folder.path, ...explain, "--replay", "always", "--offline")
    expect(answer).toMatchObject({ code: 0, out: expect.stringMatching(/^ undetermined {3}0 to read/) })
    expect(answer.out).toMatch(/made again +not autotools: .*(?:--offline|sandbox)/)
  })
})

describe("-o", () => {
  test("the same input gives the same bytes, and they are written whole, over an older report, through a link", () => {
    using folder = made()
    const one = run(folder.path, ...explain, "--format", "json").out
    writeFileSync(join(folder.path, "report.json"), "older")
    symlinkSync("report.json", join(folder.path, "link"))
    run(folder.path, ...explain, "--format", "json", "-o", "link")
    expect(readFileSync(join(folder.path, "report.json"), "utf8")).toBe(one)
    expect(JSON.parse(one)).toMatchObject({
      schema: "everybyte.report/1",
      verdict: "accounted",
      rules: ["release/signature", "origin/claimed-version", "replay/disagreement", "replay/unstable"].map((rule) => ({ rule })),
    })
    expect(readdirSync(folder.path).filter((name) => name.startsWith(".everybyte"))).toEqual([])
  })

  test("an input is never written over: the artifact, a folder that is one, a key, the repository's own files", () => {
    using folder = made()
    git(folder.path, "clone", "-q", "--bare", "r", "bare.git")
    writeFileSync(join(folder.path, "keys"), "keys")
    symlinkSync("made-1.0.tar.gz", join(folder.path, "alias"))
    const before = statSync(join(folder.path, "made-1.0.tar.gz")).size
    for (const [artifact, repository, output] of [
      ["made-1.0.tar.gz", "r", "./made-1.0.tar.gz"],
      ["made-1.0.tar.gz", "r", "alias"],
      ["r", "r", "r/report"],
      ["made-1.0.tar.gz", "r", "keys"],
      ["made-1.0.tar.gz", "r", "r/.git/HEAD"],
      ["made-1.0.tar.gz", "r@v1.0", "r/.git/report"],
      ["made-1.0.tar.gz", "bare.git", "bare.git/packed-refs"],
    ] as const) {
      const answer = run(folder.path, "explain", artifact, "--repository", repository, "--keyring", "keys", "-o", output)
      expect(answer, output).toMatchObject({ code: 2, err: expect.stringContaining(output) })
    }
    expect(statSync(join(folder.path, "made-1.0.tar.gz")).size).toBe(before)
    expect(git(join(folder.path, "r"), "status", "--porcelain")).toBe("")
    // A maintainer's report may lie in the worktree: only the commit is read.
    expect(run(folder.path, ...explain, "-o", "r/report").code).toBe(0)
  })
})

describe("words", () => {
  test("R@REF is split for any repository, the current folder included", () => {
    using folder = made()
    const answer = run(join(folder.path, "r"), "explain", "../made-1.0.tar.gz", "--repository", ".@v1.0")
    expect(answer).toMatchObject({ code: 0, out: expect.stringContaining("(given)") })
  })

  test("--limit help lists every limit as it could be written, without an artifact", () => {
    using folder = temporary()
    const { code, out } = run(folder.path, "explain", "--limit", "help")
    expect(code).toBe(0)
    const lines = out.split("\n").filter((line) => line.startsWith("  "))
    expect(lines).toContain("  layerBytesMax=32G")
    for (const line of lines) expect(line).toMatch(/^ {2}[A-Za-z0-9]+=\d+[kMG]?$/)
  })

  test("an earlier release leaves its trace in a report with nothing to read", () => {
    using folder = made()
    const { out } = run(folder.path, ...explain, "--previous", "made-1.0.tar.gz")
    expect(out).toContain("compared with made-1.0.tar.gz: 2 same, 0 changed, 0 new, 0 gone")
    expect(run(folder.path, ...explain, "--previous", "made-1.0.tar.gz", "--accept-previous").out).toContain("also baseline: 2 entries")
  })

  test("suggested commands begin as the user began", () => {
    using folder = made()
    expect(run(folder.path, "explain", "made-1.0.tar.gz").out).toContain("\n  everybyte explain made-1.0.tar.gz --repository")
    const launcher = join(root, "everybyte")
    symlinkSync(launcher, join(folder.path, "linked"))
    for (const typed of [launcher, relative(folder.path, launcher), "./linked"])
      expect(start(folder.path, typed, ["explain", "made-1.0.tar.gz"]).out).toContain(`\n  ${typed} explain made-1.0.tar.gz --repository`)
  })

  test("--help shows examples, doctor and cache list run", () => {
    using folder = temporary()
    expect(run(folder.path, "explain", "--help").out).toContain("everybyte explain dist/foo-1.2.tar.gz --repository .")
    expect(run(folder.path, "doctor").out).toContain("git version")
    expect(run(folder.path, "doctor").out).toMatch(/^has {4}known origins {5}\S+origins\.sqlite/m)
    expect(run(folder.path, "cache", "list").code).toBe(0)
  })
})
