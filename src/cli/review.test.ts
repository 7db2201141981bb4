import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { parse } from "yaml"
import { exitCodes } from "./exit.ts"
import { reviewCommand } from "./review.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "everybyte-cli-review-"))
  for (const [name, path] of [
    ["XDG_DATA_HOME", "data"],
    ["XDG_CONFIG_HOME", "config"],
  ] as const)
    vi.stubEnv(name, join(folder, path))
})
afterEach(() => {
  vi.unstubAllEnvs()
  process.exitCode = 0
  rmSync(folder, { recursive: true })
})

/** What a command says on both streams, and its exit code. */
async function said(...words: readonly string[]): Promise<readonly [text: string, code: number]> {
  const parts: string[] = []
  const keep = (text: unknown) => parts.push(String(text)) > 0
  const spies = [vi.spyOn(process.stdout, "write").mockImplementation(keep), vi.spyOn(process.stderr, "write").mockImplementation(keep)]
  process.exitCode = 0
  try {
    await reviewCommand().parseAsync(words, { from: "user" })
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return [parts.join(""), Number(process.exitCode)]
}

function report(name = "made-1.0.tar.gz"): string {
  const [artifact, item] = ["a", "b"].map((digit) => digit.repeat(64))
  const open = [
    { kind: "entry", at: "made-1.0/configure", what: `sha256:${item} file 0755`, verdict: "review", why: "nothing explains it" },
  ]
  const audit = { day: "2026-01-01", open, settled: [], refused: [] }
  const path = join(folder, "report.json")
  const ledger = { totals: { toRead: 7 } }
  writeFileSync(path, JSON.stringify({ schema: "everybyte.report/1", artifact: { target: name, name, sha256: artifact }, ledger, audit }))
  return path
}

test("key makes a key once, for its owner alone, and prints what a policy takes as it is", async () => {
  const [first, code] = await said("key")
  const path = join(folder, "config/everybyte/review-key.pem")
  expect([code, statSync(path).mode & 0o777]).toEqual([exitCodes.done, 0o600])
  const { reviewers } = parse(first)
  expect(reviewers).toEqual([
    { name: "YOUR NAME", key: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----\n[^-]+\n-----END PUBLIC KEY-----\n$/) },
  ])
  expect(first).not.toContain("PRIVATE")
  const before = readFileSync(path, "utf8")
  expect((await said("key"))[0]).toBe(first.replace("# made", "# found"))
  expect(readFileSync(path, "utf8")).toBe(before)
  await said("key", "--key", join(folder, "other.pem"))
  expect(existsSync(join(folder, "other.pem"))).toBe(true)
})

test("sign, list, verify, export and import, from one machine to another that does not trust it, and does once a policy says so", async () => {
  const [key] = await said("key")
  const [signed, code] = await said("sign", report(), "--reason", "read it", "--expires", "2999-01-01")
  const path = /^kept (.*)$/m.exec(signed)?.[1] ?? ""
  expect([signed, code]).toEqual([
    expect.stringMatching(/^signed 1 item, 7 to read, of made-1\.0\.tar\.gz \(sha256 a{64}\)\n {2}made-1\.0\/configure\nkept /),
    exitCodes.done,
  ])
  expect((await said("verify", path))[1]).toBe(exitCodes.done)
  expect((await said("list"))[0]).toMatch(
    /^counts .*\n {2}of .*made-1\.0.*\n {2}by {8}the key of this machine \(key [0-9a-f]{16}\), .*: 1 item\n {2}reason {4}read it\n$/,
  )
  expect(await said("export", "-o", join(folder, "all.ndjson"))).toEqual(["", exitCodes.done])
  expect((await said("export", "bbbb"))[0]).toBe("")
  expect((await said("export", "aaaa"))[0]).toBe(readFileSync(join(folder, "all.ndjson"), "utf8"))

  vi.stubEnv("XDG_DATA_HOME", join(folder, "elsewhere"))
  vi.stubEnv("XDG_CONFIG_HOME", join(folder, "elsewhere"))
  expect((await said("list"))[0]).toBe("there are no reviews yet\n")
  expect((await said("import", join(folder, "all.ndjson")))[0]).toMatch(/^kept .*elsewhere\/everybyte\/reviews\/[0-9a-f]{64}\.json\n$/)
  expect((await said("list"))[0]).toMatch(
    /^refused .*\n {2}because {3}it is signed by a key that is not trusted here .*\n {2}says of .*\n {2}by {8}nobody that is known/,
  )
  expect((await said("verify", path))[1]).toBe(exitCodes.verdict)
  const policy = join(folder, "policy.yaml")
  writeFileSync(policy, `schema: everybyte.policy/1\n${key.replace("YOUR NAME", "Bob")}`)
  expect((await said("verify", path, "--policy", policy))[0]).toContain("by        Bob (key ")
  expect(JSON.parse((await said("list", "--policy", policy, "--format", "json"))[0])).toMatchObject({ reviews: [{ kind: "valid" }] })
})

test("what cannot be done is one sentence: without a key, a report or a review", async () => {
  const reason = ["--reason", "read"]
  expect(await said("sign", report(), ...reason)).toEqual([
    expect.stringMatching(/^everybyte: .*there is no key; make one with/),
    exitCodes.fault,
  ])
  await said("key")
  expect(await said("sign", join(folder, "missing"), ...reason)).toEqual([
    expect.stringContaining("there is no such file"),
    exitCodes.fault,
  ])
  expect(await said("sign", report(), "--reason", "")).toEqual([expect.stringContaining("without a reason"), exitCodes.usage])
  expect(await said("sign", report(), ...reason, "--reviews", join(folder, "missing"))).toEqual([
    expect.stringContaining("no such folder"),
    exitCodes.fault,
  ])
  expect((await said("verify", report()))[1]).toBe(exitCodes.verdict)
  expect((await said("import", report()))[0]).toMatch(/^everybyte: .*byte 0: expected a signed review on each line/)
  expect((await said("list", "--policy", report()))[1]).toBe(exitCodes.usage)
})

test("what a report, and so a review, is named cannot move the cursor", async () => {
  await said("key")
  const [signed] = await said("sign", report("\u001b[2Jmade\u202e"), "--reason", "\u001b[2J")
  const [listed] = await said("list")
  expect(signed + listed).not.toMatch(/[\u001b\u202e]/)
})
