import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { sha256Of } from "../src/core/digest.ts"
import { isRecord, isText, shapedJson } from "../src/core/shape.ts"
import { type AuditRequest, auditRelease, createContext, explainRelease, type Report, reporters } from "../src/index.ts"
import { findProgram } from "../src/io/program.ts"
import { commitFiles, git, makeRepository, temporary } from "./fixtures/repository.ts"
import { tarEnd, tarMember, tarOf } from "./fixtures/tar.ts"

/** A second audit reads the report of the first where nothing that it depends on has changed, and never otherwise. */
const files = { "src/a.c": "int a;\n", "doc/README": "read me\n" }

let here: ReturnType<typeof temporary>
const at = (...names: string[]): string => join(here.path, ...names)
beforeEach(() => {
  here = temporary()
  makeRepository(at("r"), files)
  release({ ...files, "more.sh": "echo more\n" })
  writeFileSync(at("main.js"), "the program\n")
})
afterEach(() => here[Symbol.dispose]())

function release(members: Readonly<Record<string, string>>): void {
  writeFileSync(
    at("made-1.0.tar.gz"),
    gzipSync(tarOf(Object.entries(members).map(([path, content]) => ({ name: `made-1.0/${path}`, content })))),
  )
}

interface Some extends Partial<AuditRequest> {
  readonly machine?: Parameters<typeof createContext>[0]
}

const contextOf = (machine: Some["machine"] = {}) => {
  const environment = { PATH: process.env["PATH"], XDG_DATA_HOME: at("data"), XDG_CONFIG_HOME: at("config") }
  return createContext({ cache: at("cache"), offline: true, environment, day: "2026-01-01", program: at("main.js"), ...machine })
}

/** The program's own name comes first in PATH as a script of ours, which goes on to the real one. */
function environmentWith(program: string, words: string, before = ""): Record<string, string | undefined> {
  mkdirSync(at("bin"))
  writeFileSync(at("bin", program), `#!/bin/sh\n${before}\nexec ${findProgram(program, contextOf())} ${words}\n`, { mode: 0o755 })
  return { PATH: `${at("bin")}:${process.env["PATH"]}`, XDG_DATA_HOME: at("data"), XDG_CONFIG_HOME: at("config") }
}

function looseObject(): string {
  const oid = git(at("r"), "rev-parse", "HEAD:src/a.c")
  return at("r", ".git", "objects", oid.slice(0, 2), oid.slice(2))
}

const requestOf = (some: Partial<AuditRequest>): AuditRequest => ({
  target: at("made-1.0.tar.gz"),
  repository: at("r"),
  ref: undefined,
  subdirectory: undefined,
  submodules: new Map(),
  previous: undefined,
  acceptPrevious: false,
  ...some,
})

async function audited({ machine, ...some }: Some = {}): Promise<Report> {
  const found = await auditRelease(requestOf(some), contextOf(machine))
  if (!found.ok) throw new Error(JSON.stringify(found.fault))
  return found.value
}

const kept = (): readonly string[] => readdirSync(at("cache", "reports")).sort()

const mark = "read, not made again"
const isMarkable = isRecord({ tool: isRecord({ version: isText }) })

/** Every kept report says from now on that it was kept. */
function markAll(): void {
  for (const name of kept()) {
    const path = at("cache", "reports", name)
    const report = shapedJson(readFileSync(path, "utf8").slice(65), isMarkable)
    if (report === undefined) throw new Error("no report")
    const body = JSON.stringify({ ...report, tool: { ...report.tool, version: mark } })
    writeFileSync(path, `${sha256Of(body)}\n${body}`)
  }
}

/** Whether an audit reads what an audit of before kept. */
const isRead = async (some?: Some): Promise<boolean> => (await audited(some)).tool.version === mark

describe("a second audit of the same", () => {
  beforeEach(async () => {
    await audited()
    markAll()
    expect(await isRead()).toBe(true)
  })

  const changes: Readonly<Record<string, () => Some | undefined>> = {
    "the artifact": () => void release(files),
    "a signature beside it": () => void writeFileSync(at("made-1.0.tar.gz.asc"), "signed\n"),
    "a branch": () => void commitFiles(at("r"), { "doc/README": "read it\n" }, undefined),
    "a tag": () => void git(at("r"), "tag", "v1.0.1"),
    "an object that no ref names": () => void git(at("r"), "hash-object", "-w", at("main.js")),
    "the packs": () => void git(at("r"), "gc", "-q"),
    "where the history ends": () => void writeFileSync(at("r", ".git", "shallow"), `${git(at("r"), "rev-parse", "HEAD")}\n`),
    "the program": () => void appendFileSync(at("main.js"), "another\n"),
    "a limit": () => ({ machine: { limits: { textBytesMax: 1000 } } }),
    "the ref": () => ({ ref: "v1.0" }),
    "the repository": () => ({ repository: undefined }),
    "what may explain": () => {
      writeFileSync(at("p.json"), JSON.stringify({ schema: "everybyte.policy/1", packages: { "pkg:generic/made": {} }, origins: [] }))
      return { policy: at("p.json") }
    },
    "whether something is made again": () => ({ replay: "never" }),
    "a setting of ours": () => ({
      machine: { environment: { PATH: process.env["PATH"], XDG_DATA_HOME: at("data"), EVERYBYTE_NO_SYSTEM_XZ: "1" } },
    }),
    "the git that reads": () => ({ machine: { environment: environmentWith("git", '"$@"') } }),
    "a decoder": () => ({ machine: { environment: environmentWith("bzip2", '"$@"') } }),
    "an object's file": () => void utimesSync(looseObject(), 1, 1),
    "an earlier release to compare with": () => ({ previous: at("made-1.0.tar.gz") }),
    "the script, which is not whole": () => ({ machine: { program: undefined } }),
    "a kept report's bytes": () => {
      for (const name of kept())
        writeFileSync(at("cache", "reports", name), readFileSync(at("cache", "reports", name), "utf8").replace(mark, `${mark} `))
    },
  }
  test.each(Object.keys(changes))("is made again after a change of %s", async (what) => {
    const some = changes[what]?.()
    expect(await isRead(some ?? {})).toBe(false)
  })

  test("is weighed anew by the policy and the day, which are no part of what was kept", async () => {
    const exemption = { path: "more.sh", sha256: sha256Of("echo more\n"), reason: "ours", owner: "Ada", expires: "2026-02-01" }
    writeFileSync(at("p.json"), JSON.stringify({ schema: "everybyte.policy/1", exemptions: [exemption] }))
    const [before, after] = [
      await audited({ policy: at("p.json") }),
      await audited({ policy: at("p.json"), machine: { day: "2026-03-01" } }),
    ]
    expect([before, after].map(({ tool, verdict }) => [tool.version, verdict])).toEqual([
      [mark, "accounted"],
      [mark, "review"],
    ])
  })

  test("explain looks each time, and so does an audit whose form shows texts", async () => {
    const explained = await explainRelease(requestOf({}), contextOf())
    expect(explained.ok && explained.value.tool.version).not.toBe(mark)
    expect(await isRead({ wantsExhibits: true })).toBe(false)
  })
})

test("reads back in every form as it was written", async () => {
  const first = await audited()
  const second = await audited()
  expect(kept()).toHaveLength(1)
  expect(second).toEqual(first)
  const look = { colour: false, columns: 100, list: 25, command: "everybyte" }
  for (const reporter of Object.values(reporters)) expect(reporter.render(second, look)).toBe(reporter.render(first, look))
})

describe("is not kept", () => {
  afterEach(() => expect(existsSync(at("cache", "reports"))).toBe(false))

  test("where a tag was moved while it was read", async () => {
    const [old, other] = [git(at("r"), "rev-parse", "v1.0"), commitFiles(at("r"), { "more.sh": "echo more\n" }, undefined)]
    const said = await audited({ machine: { progress: () => void git(at("r"), "tag", "-f", "v1.0", other) } })
    git(at("r"), "tag", "-f", "v1.0", old)
    // Refs are read before anything else is: the tag is told where it was, behind what the branch has.
    expect(said.verdict).toBe("undetermined")
  })

  test("where git was ended while it told the history", async () => {
    const environment = environmentWith("git", '"$@"', 'for word in "$@"; do [ "$word" = log ] && kill -9 $$; done')
    await audited({ machine: { environment } })
  })

  test("where a container inside could not be opened, as when the disk is full", async () => {
    writeFileSync(
      at("made-1.0.tar.gz"),
      gzipSync(Buffer.concat([tarMember({ name: "made-1.0/inner.gz", content: gzipSync("inner").subarray(0, 12) }), tarEnd()])),
    )
    expect((await audited()).anomalies.map(({ kind }) => kind)).toContain("unopened-container")
  })

  test("where the objects are a link, which is refused today and may be a folder tomorrow", async () => {
    renameSync(at("r", ".git", "objects"), at("elsewhere"))
    symlinkSync(at("elsewhere"), at("r", ".git", "objects"))
    await audited()
  })

  test("where a keyring is not there: both commands say so", async () => {
    const told = await auditRelease(requestOf({}), contextOf({ keyrings: [at("none")] }))
    expect(told).toMatchObject({ ok: false, fault: { why: "there is no such file" } })
  })
})

test("a report that is too large to keep, or a cache that cannot be written, is no fault", async () => {
  expect((await audited({ machine: { limits: { keptReportBytesMax: 100 } } })).verdict).toBe("review")
  rmSync(at("cache", "reports"), { recursive: true, force: true })
  writeFileSync(at("cache", "reports"), "in the way\n")
  expect((await audited()).verdict).toBe("review")
})
