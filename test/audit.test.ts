import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { createMessage, generateKey, sign } from "openpgp"
import { describe, expect, test } from "vitest"
import { sha256Of } from "../src/core/digest.ts"
import { git, makeRepository, temporary } from "./fixtures/repository.ts"
import { tarOf } from "./fixtures/tar.ts"

/** `audit` and `compare` as a user or a CI job meets them. Each run is a process of its own. */
interface Answer {
  readonly code: number
  readonly out: string
  readonly err: string
}

const main = join(import.meta.dirname, "../src/cli/main.ts")

function run(folder: string, ...args: string[]): Answer {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache"), EVERYBYTE_COMMAND: "" }
  try {
    const out = execFileSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], env })
    return { code: 0, out, err: "" }
  } catch (error) {
    const failed = error instanceof Error && "status" in error && "stdout" in error && "stderr" in error ? error : undefined
    return { code: Number(failed?.status ?? -1), out: String(failed?.stdout), err: String(failed?.stderr) }
  }
}

const files = { "src/a.c": "int a;\n", "doc/README": "read me\n" }
const extra = "echo more\n"

function release(folder: string, name: string, members: Readonly<Record<string, string>>): void {
  const root = name.replace(/\.tar\.gz$/, "")
  writeFileSync(
    join(folder, name),
    gzipSync(tarOf(Object.entries(members).map(([path, content]) => ({ name: `${root}/${path}`, content })))),
  )
}

/** The repository `r`, a release that is its commit, and one with a script more. */
function made(): ReturnType<typeof temporary> {
  const folder = temporary()
  makeRepository(join(folder.path, "r"), files)
  release(folder.path, "made-1.0.tar.gz", files)
  mkdirSync(join(folder.path, "more"))
  release(join(folder.path, "more"), "made-1.0.tar.gz", { ...files, "more.sh": extra })
  return folder
}

const honest = ["audit", "made-1.0.tar.gz", "--repository", "r"]
const more = ["audit", "more/made-1.0.tar.gz", "--repository", "r"]

function policy(folder: string, some: object, name = "policy.json"): string[] {
  writeFileSync(join(folder, name), JSON.stringify({ schema: "everybyte.policy/1", ...some }))
  return ["--policy", name]
}

const exemption = { path: "more.sh", sha256: sha256Of(extra), reason: "ours", owner: "Ada", expires: "2100-01-01" }

describe("audit", () => {
  test("0 for a release that is its commit, quietly", () => {
    using folder = made()
    const { code, out, err } = run(folder.path, ...honest)
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(out).toMatch(
      /^ accounted {3}0 to read {2}made-1\.0\.tar\.gz\n\n {2}artifact .*\n {2}repository .*\n\npeople: 1 commit,.*\n(?: {2}.*\n)+$/,
    )
  })

  test("1 for a script more, which is told first, with what to do; not when only an alarm fails", () => {
    using folder = made()
    const { code, out, err } = run(folder.path, ...more)
    expect(code).toBe(1)
    expect(out).toMatch(/^ review {3}1 to read/)
    expect(out).toMatch(/open: 1, the worst first\n {2}review +more\.sh {2}/)
    expect(out).toContain("everybyte explain more/made-1.0.tar.gz --repository")
    expect(out).toContain(`{path: "more.sh", sha256: ${exemption.sha256}, reason: WHY`)
    expect(err).toBe("everybyte: the verdict is review (--fail-on undetermined)\n")
    expect(run(folder.path, ...more, "--fail-on", "alarm").code).toBe(0)
  })

  test("without a repository it is undetermined, which closes the gate unless it is told otherwise, and one line says why", () => {
    using folder = made()
    const { code, out } = run(folder.path, "audit", "made-1.0.tar.gz")
    expect(code).toBe(1)
    expect(out).toMatch(
      /open: 2, the worst first\n {2}undetermined .* and 1 entry more {2}no repository was given\n\npeople: not assessed: no repository was given\n\nnext:\n.*--repository PATH-OR-ADDRESS\n$/,
    )
    expect(run(folder.path, "audit", "made-1.0.tar.gz", "--fail-on", "review").code).toBe(0)
  })

  test("a reader that goes away makes no success of it", () => {
    using folder = made()
    const words = [process.execPath, main, ...more, "--format", "json"].map((word) => `'${word}'`).join(" ")
    const ran = spawnSync("bash", ["-c", `set -o pipefail; ${words} | true; echo $?`], { cwd: folder.path, encoding: "utf8" })
    expect(ran.stdout).toBe("1\n")
  })

  test("a policy of the audited repository is refused by every way to it: its git directory, another work tree, a link that it holds", () => {
    using folder = made()
    const repository = join(folder.path, "r")
    git(repository, "worktree", "add", "-q", "../tree")
    writeFileSync(join(folder.path, "outside.yaml"), "schema: everybyte.policy/1\n")
    for (const place of ["r", "tree"]) writeFileSync(join(folder.path, place, "p.yaml"), "schema: everybyte.policy/1\n")
    symlinkSync(join(folder.path, "outside.yaml"), join(repository, "link.yaml"))
    symlinkSync(folder.path, join(repository, "out"))
    const policies = ["r/p.yaml", "tree/p.yaml", "r/link.yaml", "r/out/outside.yaml"]
    for (const named of ["r", "r/.git"])
      for (const policy of policies)
        expect([named, policy, run(folder.path, "audit", "more/made-1.0.tar.gz", "--repository", named, "--policy", policy).code]).toEqual([
          named,
          policy,
          2,
        ])
    expect(run(folder.path, ...more, "--policy", "outside.yaml").code).toBe(1)
  })

  test("what the suggested exemption takes on passes, and is listed with who and until when", () => {
    using folder = made()
    const line = /^ +- (\{path: .*\})$/m.exec(run(folder.path, ...more).out)?.[1] ?? ""
    const filled = line.replace("WHY", "ours").replace("YOU", "Ada").replace("YYYY-MM-DD", "2100-01-01")
    writeFileSync(join(folder.path, "policy.yaml"), `schema: everybyte.policy/1\nexemptions:\n  - ${filled}\n`)
    const { code, out } = run(folder.path, ...more, "--policy", "policy.yaml")
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining("exemption by Ada, until 2100-01-01: more.sh: ours") })
    expect(out).toMatch(/^ accounted {3}0 to read/)
  })

  test.each([
    ["expired", { expires: "2026-01-01" }, "exemption of more.sh by Ada: it expired on 2026-01-01"],
    ["for other bytes", { sha256: sha256Of("other") }, "exemption of more.sh by Ada: it is for other bytes"],
  ])("an exemption that is %s does not help, and the screen says so", (_, some, says) => {
    using folder = made()
    const answer = run(folder.path, ...more, ...policy(folder.path, { exemptions: [{ ...exemption, ...some }] }))
    expect(answer).toMatchObject({ code: 1, out: expect.stringContaining(says) })
  })

  test("the policy says what fails, the command line has the last word", () => {
    using folder = made()
    const alarm = policy(folder.path, { failOn: "alarm" })
    expect(run(folder.path, ...more, ...alarm).code).toBe(0)
    expect(run(folder.path, ...more, ...alarm, "--fail-on", "review").code).toBe(1)
    const scripts = policy(folder.path, { unexplained: { scripts: "alarm" } }, "scripts.json")
    expect(run(folder.path, ...more, ...scripts, "--fail-on", "alarm").code).toBe(1)
  })

  test("says by whom the release is signed, and is an alarm where the policy's signers are others", async () => {
    using folder = made()
    const { privateKey, publicKey } = await generateKey({ userIDs: [{ name: "Ann" }], format: "object" })
    const message = await createMessage({ binary: readFileSync(join(folder.path, "made-1.0.tar.gz")) })
    const signature = await sign({ message, signingKeys: privateKey, detached: true, format: "armored" })
    writeFileSync(join(folder.path, "made-1.0.tar.gz.asc"), signature)
    writeFileSync(join(folder.path, "ann.key"), publicKey.armor())
    const signed = [...honest, "--keyring", "ann.key"]
    const own = run(folder.path, ...signed, ...policy(folder.path, { signers: [publicKey.getFingerprint()] }))
    expect(own).toMatchObject({ code: 0, out: expect.stringMatching(/\n {2}signature {3}valid, by Ann [0-9a-f]{40} on /) })
    const other = run(folder.path, ...signed, ...policy(folder.path, { signers: ["AB".repeat(20)] }, "other.json"))
    expect(other).toMatchObject({ code: 1, out: expect.stringMatching(/^ alarm /) })
  })

  test("the same input gives the same bytes, and the JSON form holds what was decided, by which policy, for which day", () => {
    using folder = made()
    const args = [...more, ...policy(folder.path, { exemptions: [exemption] }), "--format", "json"]
    const { out } = run(folder.path, ...args)
    expect(run(folder.path, ...args).out).toBe(out)
    expect(JSON.parse(out)).toMatchObject({
      schema: "everybyte.report/1",
      verdict: "accounted",
      audit: {
        day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        policy: { path: "policy.json", sha256: sha256Of(readFileSync(join(folder.path, "policy.json"))) },
        open: [],
        settled: [{ word: "exemption", by: "Ada", at: "made-1.0/more.sh" }],
        refused: [],
      },
    })
  })

  test("2: a policy with an unknown key, by its line", () => {
    using folder = made()
    writeFileSync(join(folder.path, "p.yaml"), "schema: everybyte.policy/1\nfailon: alarm\n")
    expect(run(folder.path, ...honest, "--policy", "p.yaml")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining('p.yaml:2: unknown key "failon"'),
    })
  })

  test("2: a policy out of what is audited: the worktree, its git directory, a folder as artifact, a link into either", () => {
    using folder = made()
    mkdirSync(join(folder.path, "tree"))
    symlinkSync("r/policy.json", join(folder.path, "alias.json"))
    symlinkSync("../policy.json", join(folder.path, "r", "out.json"))
    policy(folder.path, {})
    for (const [artifact, name] of [
      ["made-1.0.tar.gz", "r/policy.json"],
      ["made-1.0.tar.gz", "r/.git/policy.json"],
      ["made-1.0.tar.gz", "alias.json"],
      ["made-1.0.tar.gz", "r/out.json"],
      ["tree", "tree/policy.json"],
    ] as const) {
      if (!/alias|out/.test(name)) policy(folder.path, {}, name)
      const answer = run(folder.path, "audit", artifact, "--repository", "r/src", "--policy", name)
      expect(answer, name).toMatchObject({ code: 2, out: "", err: expect.stringContaining("which is audited") })
    }
  })

  test.each([
    ["a missing policy", ["--policy", "none.yaml"], "none.yaml"],
    ["a missing repository", ["--repository", "./nowhere"], "./nowhere"],
    ["a limit", ["--policy", "policy.json", "--limit", "policyBytesMax=1"], "policyBytesMax"],
  ])("3: %s", (_, args, says) => {
    using folder = made()
    policy(folder.path, {})
    expect(run(folder.path, "audit", "made-1.0.tar.gz", ...args)).toMatchObject({ code: 3, out: "", err: expect.stringContaining(says) })
  })
})

describe("compare", () => {
  test("says what the new release adds, in both forms", () => {
    using folder = made()
    const args = ["compare", "made-1.0.tar.gz", "more/made-1.0.tar.gz"]
    const { code, out } = run(folder.path, ...args, "--repository", "r")
    expect(code).toBe(0)
    expect(out).toContain("entries  3, was 2: 1 added, 0 removed, 0 changed, 2 same")
    expect(out).toMatch(/added: 1\n {2}more\.sh {2}10 bytes, unexplained, 1 to read/)
    const json = JSON.parse(run(folder.path, ...args, "--format", "json").out)
    expect(json).toMatchObject({ schema: "everybyte.comparison/1", verdict: "undetermined", same: 2, added: [{ path: "more.sh" }] })
  })

  test("fails at the new release's verdict, refuses one ref for two releases, and needs both", () => {
    using folder = made()
    const args = ["compare", "made-1.0.tar.gz", "more/made-1.0.tar.gz", "--repository", "r"]
    expect(run(folder.path, ...args, "--fail-on", "review").code).toBe(1)
    expect(run(folder.path, "compare", "more/made-1.0.tar.gz", "made-1.0.tar.gz", "--repository", "r", "--fail-on", "review").code).toBe(0)
    expect(run(folder.path, "compare", "made-1.0.tar.gz", "made-1.0.tar.gz", "--repository", "r@v1.0").code).toBe(2)
    expect(run(folder.path, "compare", "made-1.0.tar.gz").code).toBe(2)
    expect(run(folder.path, "compare", "made-1.0.tar.gz", "nowhere.tar.gz").code).toBe(3)
  })
})
