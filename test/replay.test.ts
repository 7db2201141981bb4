import { existsSync, readdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { createContext, explainRelease, type Limits, type ReplayMode, type Report, reporters } from "../src/index.ts"
import type { Context } from "../src/io/context.ts"
import { findSandbox } from "../src/io/sandbox.ts"
import { type Files, makeRepository, temporary } from "./fixtures/repository.ts"
import { type Member, tarOf } from "./fixtures/tar.ts"
import { makeToolchain } from "./fixtures/toolchain.ts"

/** Whole runs with a made toolchain: the commit's own scripts, hostile ones too, make a release again inside the sandbox. */
const folder = temporary()
afterAll(() => folder[Symbol.dispose]())

const contextOf = (cache: string, limits: Partial<Limits> = {}): Context =>
  createContext({ cache: join(folder.path, cache), offline: true, limits: { sandboxSecondsMax: 60, ...limits } })

const sandbox = await findSandbox(contextOf("cache"))
const why = sandbox.ok ? "" : `NOT RUN: ${JSON.stringify(sandbox.fault)}`
if (why !== "") process.stderr.write(`replays: ${why}\n`)

test("a sandbox is there, where EVERYBYTE_SANDBOX=1 says that it has to be", () => {
  if (process.env["EVERYBYTE_SANDBOX"] === "1") expect(why).toBe("")
})

interface Asked {
  /** The commit's autogen.sh, and what `configure`, which it makes, does. */
  readonly autogen: string
  readonly files?: Files
  /** What the release has besides the commit's files. */
  readonly shipped: Readonly<Record<string, string | Member>>
  readonly cache?: string
  readonly limits?: Partial<Limits>
  readonly mode?: ReplayMode
}

/** Makes `configure`, which makes `made.h.in`. */
const template = "echo 'made of the commit' >made.h.in\n"
const configure = `#!/bin/sh\n${template}`
const autogen = "{ echo '#!/bin/sh'; cat template; } >configure && chmod 755 configure\n"
const dist = "mkdir made-1.0 && cp configure *.in made-1.0 && tar -cf made-1.0.tar.gz made-1.0\n"
const shipped = { configure: { name: "configure", content: configure, mode: 0o755 }, "made.h.in": "made of the commit\n" }

let count = 0

async function reportOf({
  autogen: script,
  files = {},
  shipped: more,
  cache = "cache",
  limits = {},
  mode = "auto",
}: Asked): Promise<Report> {
  count += 1
  const at = join(folder.path, String(count))
  const own: Files = { "configure.ac": "AC_INIT([made], [1.0])\n", template, "dist.sh": dist, "autogen.sh": script, ...files }
  const repository = makeRepository(at, own)
  const members = [
    ...Object.entries(own).map(([name, file]): Member => ({ name, content: typeof file === "string" ? file : file.content })),
    ...Object.entries(more).map(([name, file]): Member => (typeof file === "string" ? { name, content: file } : file)),
  ].map((member) => ({ ...member, name: `made-1.0/${member.name}` }))
  const target = join(at, "..", `${count}-made-1.0.tar`)
  writeFileSync(target, tarOf(members))
  const ctx = contextOf(cache, limits)
  const request = {
    target,
    repository,
    ref: "v1.0",
    subdirectory: undefined,
    submodules: new Map(),
    previous: undefined,
    acceptPrevious: false,
    replay: mode,
  }
  const result = await explainRelease(request, ctx)
  if (!result.ok) throw new Error(JSON.stringify(result.fault))
  expect(readdirSync(join(ctx.cache, "tmp"))).toEqual([])
  return result.value
}

/** Kind and cost of the entries that the commit has not. */
const ofEach = ({ ledger }: Report): Record<string, string> =>
  Object.fromEntries(
    ledger.entries.flatMap(({ path, explanation: { kind }, toRead }) =>
      kind === "source" ? [] : [[path.replace("made-1.0/", ""), `${kind} ${toRead}`]],
    ),
  )

const whyNot = ({ replays = [] }: Report): string => replays.map((one) => ("why" in one ? one.why : "done")).join()
const failed = ({ replays = [] }: Report): readonly string[] =>
  replays.flatMap((one) => ("why" in one ? [] : one.steps.filter(({ code }) => code !== 0).map(({ step }) => step)))

describe.skipIf(!sandbox.ok)(why === "" ? "a replay" : `a replay (${why})`, { timeout: 180_000 }, () => {
  beforeAll(() => makeToolchain(contextOf("cache")))

  test("explains what the commit's own scripts make, and a second run says the same from the cache", async () => {
    const asked = { autogen, shipped }
    const report = await reportOf(asked)
    expect(ofEach(report)).toEqual({ configure: "derived 0", "made.h.in": "derived 0" })
    expect(report.verdict).toBe("accounted")
    expect(report.replays).toMatchObject([
      {
        generator: "autotools",
        commands: "sh ./autogen.sh && ./configure && make dist",
        derived: 2,
        unstable: 0,
        toolchain: { name: "trixie" },
        steps: [{ code: 0 }, { code: 0 }, { code: 0 }],
      },
    ])
    expect(report.tool.trustedBase.map(({ name }) => name)).toEqual(expect.arrayContaining(["sandbox", "toolchain trixie"]))
    count -= 1 // the same place and name once more
    const again = await explainRelease(
      {
        target: join(folder.path, `${count + 1}-made-1.0.tar`),
        repository: join(folder.path, String(count + 1)),
        ref: "v1.0",
        subdirectory: undefined,
        submodules: new Map(),
        previous: undefined,
        acceptPrevious: false,
      },
      contextOf("cache"),
    )
    count += 1
    expect(again.ok && reporters.json.render(again.value)).toBe(reporters.json.render(report))
  })

  test("that was kept is told with the tools that this release states, not the one that it was made for", async () => {
    for (const stated of ["2.72", "2.73"]) {
      const report = await reportOf({ autogen, shipped: { ...shipped, "a/configure": `# Generated by GNU Autoconf ${stated}.\n` } })
      expect(report.replays).toMatchObject([{ tools: [{ tool: "autoconf", stated, used: "2.72-3" }] }])
    }
  })

  test("leaves exactly the line that was put into the release", async () => {
    const report = await reportOf({ autogen, shipped: { ...shipped, "made.h.in": "made of the commit\n# replica: would write MARKER\n" } })
    expect(ofEach(report)).toEqual({ configure: "derived 0", "made.h.in": "unexplained 1" })
    expect(report.ledger.entries.find(({ path }) => path.endsWith("made.h.in"))?.shown).toEqual([
      { line: 2, text: "# replica: would write MARKER" },
    ])
  })

  test("of a poisoned autogen.sh in git is what it wrote: it is source, and could not leave the sandbox", async () => {
    const canary = join(folder.path, "canary")
    writeFileSync(canary, "kept\n", { mode: 0o666 })
    let connections = 0
    const server = createServer(() => {
      connections += 1
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    const tries = [
      `echo poisoned >'${canary}'`,
      `echo poisoned >'${canary}.new'`,
      "echo poisoned >/usr/bin/poisoned",
      "echo poisoned >/etc/poisoned",
      "echo poisoned >/input/source.tar",
      "rm -f /input/source.tar",
      "mknod /build/device b 8 0",
      "mknod /tmp/device c 1 1",
      "date-of-the-machine -s 2001-01-01",
      `bash -c ': </dev/tcp/127.0.0.1/${port}'`,
      "test -e /root",
      "cat /etc/shadow",
      'test "$(id -u)" = 0',
    ]
    const script = tries.map((command, at) => `(${command}) 2>/dev/null && echo "try ${at} worked" >>said.in`).join("\n")
    const before = Date.now()
    const report = await reportOf({
      autogen: `echo tried >said.in\n${script}\n${autogen}`,
      shipped: { ...shipped, "said.in.h": "x\n", "said.in": "tried\n" },
    })
    server.close()
    expect([ofEach(report)["said.in"], ofEach(report)["configure"]]).toEqual(["derived 0", "derived 0"])
    expect([connections, existsSync(`${canary}.new`), existsSync("/usr/bin/poisoned"), existsSync("/etc/poisoned")]).toEqual([
      0,
      false,
      false,
      false,
    ])
    expect(Date.now()).toBeGreaterThanOrEqual(before)
    expect(ofEach(report)["said.in.h"]).toBe("unexplained 1")
  })

  test.each<[string, string]>([
    ["a random number", "head -c 8 /dev/urandom | od -An -tx8"],
    ["the language", 'echo "$LANG"'],
    ["the zone", 'echo "$TZ"'],
    ["the time of day", "date -u +%H"],
    ["the minute", "date -u +%M"],
    ["the weekday", "date -u +%a"],
    ["the seconds since 1970", "date +%s"],
  ])("does not explain what depends on %s, even where the release has the first run's very bytes", async (_, command) => {
    const report = await reportOf({ autogen: `${autogen}\n${command} >it.in\n`, shipped: { ...shipped, "it.in": "C.UTF-8\n" } })
    expect(ofEach(report)).toEqual({ configure: "derived 0", "made.h.in": "derived 0", "it.in": "unexplained 1" })
    expect(report.replays).toMatchObject([{ unstable: 1 }])
  })

  test("explains a date that is the release's own under a name", async () => {
    const command = 'date "+.TH MADE 1 \\"%Y-%m-%d\\"" >made.1.in'
    const report = await reportOf({
      autogen: `${autogen}\n${command}\n`,
      shipped: { ...shipped, "made.1.in": '.TH MADE 1 "1999-12-31"\n' },
    })
    expect(ofEach(report)["made.1.in"]).toBe("derived 0")
    expect(report.ledger.entries.flatMap(({ explanation: one }) => (one.kind === "derived" ? one.normalised : []))).toEqual(["date"])
  })

  test("that fails in its second step explains what the first one wrote, and says which failed", async () => {
    const report = await reportOf({
      autogen,
      files: { template: "exit 3\n" },
      shipped: { configure: { name: "configure", content: "#!/bin/sh\nexit 3\n", mode: 0o755 }, "made.h.in": "x\n" },
    })
    expect(ofEach(report)).toEqual({ configure: "derived 0", "made.h.in": "unexplained 1" })
    expect(failed(report)).toEqual(["./configure"])
    expect(reporters.text.render(report, { columns: 100, colour: false, listMax: 9, command: "everybyte" })).toContain(
      "`./configure` ended with 3",
    )
  })

  test.each([
    ["its descriptor", "echo 'no archive' >&3"],
    ["the shell that keeps it", "for fd in /proc/$PPID/fd/*; do echo 'no archive' >$fd || :; done"],
  ])("of a script that looks for the result by %s does not reach it, and is as any other", async (_, script) => {
    const report = await reportOf({ autogen: `${autogen}\n(${script}) 2>/dev/null || :\n`, shipped })
    expect(ofEach(report)).toEqual({ configure: "derived 0", "made.h.in": "derived 0" })
  })

  test.each<[string, string, Partial<Limits>, string]>([
    ["never ends", "while :; do :; done", { sandboxSecondsMax: 3 }, "stopped for its time"],
    ["makes more than may be handed out", "head -c 3000000 /dev/zero >more", { sandboxOutputBytesMax: 2 ** 20 }, "stopped for its output"],
    ["says words without end", "while :; do echo words; done", { sandboxSecondsMax: 3 }, "stopped for its time"],
    ["makes files without end", "n=0; while n=$((n + 1)); do : >$n; done", { sandboxFilesMax: 500 }, "stopped for its files"],
  ])("of a script that %s is none, and what it would write undetermined", async (_, script, limits, says) => {
    const report = await reportOf({ autogen: `${autogen}\n${script}\n`, shipped, limits })
    expect(whyNot(report)).toContain(says)
    expect(ofEach(report)).toEqual({ configure: "undetermined 0", "made.h.in": "unexplained 1" })
    expect(report.verdict).toBe("review")
  })

  test.each<[string, string, Partial<Limits>]>([
    ["forks without end", "while :; do sleep 600 & done", { sandboxProcessesMax: 32, sandboxSecondsMax: 10 }],
    ["fills its disk", "cat /dev/zero >full.in || exit 1", { sandboxDiskBytesMax: 2 ** 22 }],
    ["fills one file", "cat /dev/zero >full.in || exit 1", { sandboxFileBytesMax: 2 ** 20 }],
    ["ends itself", "kill -9 $$", {}],
    ["ends all that it can", "kill -9 -1", {}],
  ])("of a script that %s ends closed and is reported", async (_, script, limits) => {
    const report = await reportOf({ autogen: `${script}\n${autogen}`, shipped, limits })
    expect(Object.values(ofEach(report)).filter((one) => one.startsWith("derived"))).toEqual([])
    expect(whyNot(report) !== "done" || failed(report).length > 0).toBe(true)
  })

  test("is none where the toolchain cannot set the clock, as both runs would agree on the true one", async () => {
    await makeToolchain(contextOf("true-clock"), { date: 'exec /usr/bin/date-of-the-machine "$@"' })
    const report = await reportOf({ autogen, shipped, cache: "true-clock" })
    expect(whyNot(report)).toContain("libfaketime")
    expect(ofEach(report)["configure"]).toBe("undetermined 0")
  })
})

test("without the toolchain what it would make is undetermined, and the report names the command that builds it", async () => {
  const report = await reportOf({ autogen, shipped, cache: "empty" })
  expect(ofEach(report)).toEqual({ configure: "undetermined 0", "made.h.in": "unexplained 1" })
  expect(whyNot(report)).toContain("`everybyte toolchain build trixie`")
  for (const form of [reporters.text, reporters.markdown])
    expect(form.render(report, { columns: 100, colour: false, listMax: 9, command: "everybyte" })).toMatch(
      /made again[: ]+not autotools.*toolchain build trixie/,
    )
})

test("where none is asked for, nothing is undetermined for the lack of it", async () => {
  const report = await reportOf({ autogen, shipped, mode: "never" })
  expect(report.replays).toBeUndefined()
  expect(ofEach(report)["configure"]).toBe("unexplained 2")
})
