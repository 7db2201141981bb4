import { describe, expect, it } from "vitest"
import { limitsDefault } from "../../core/limits.ts"
import { type Act, type Place, text, unknown, type Value } from "../../model/code.ts"
import type { Inspected } from "../../model/inspection.ts"
import { Exports } from "./exports.ts"
import { leaksOf } from "./leaks.ts"
import { Writings } from "./writings.ts"

const at: Place = { path: "a.js", lines: [1, 1] }
const script = (...acts: Act[]): Inspected => ({ path: "a.js", language: "javascript", acts, blind: [], runs: "import", runsItself: true })
const step = (how: "edit" | "program", tool: string, of: Value): Value => ({ kind: "step", how, tool, of, at })
const file = (path: Value): Value => ({ kind: "file", path, at })
const joined = (...parts: Value[]): Value => ({ kind: "joined", parts })
const all: Value = { kind: "environment", name: "*", at, isWhole: true }
const variable = (name: string): Value => ({ kind: "environment", name, at })

const told = (
  what: Value,
  { to = text("//h/"), before = [] }: { readonly to?: Value; readonly before?: readonly Act[] } = {},
): readonly string[] => {
  const scripts = [script(...before, { kind: "connects", to, what, at })]
  const traced = { scripts, writings: new Writings({ scripts }), exports: new Exports(scripts, "") }
  const leaks = leaksOf({ ...traced, when: { of: () => "import" }, limits: limitsDefault })
  return leaks.map(({ secret: { kind, what: named, isOwn }, steps }) =>
    [kind, named, isOwn === true ? "own" : "", ...steps.map(({ how }) => how)].filter((one) => one !== "").join(" "),
  )
}

describe("leaks", () => {
  it("are of variables whose names say that they are secret", () => {
    expect(told(joined(text("a"), variable("NPM_TOKEN"), variable("HOME")))).toEqual(["variable NPM_TOKEN"])
    expect(told(unknown("nothing"), { to: joined(text("//h/?"), variable("A_SECRET")) })).toEqual(["variable A_SECRET"])
  })

  it("are of the environment as long as it is whole", () => {
    expect(told(step("edit", "base64", step("edit", "json.dumps", all)))).toEqual(["environment edit edit"])
    expect(told(step("edit", "each item", all))).toEqual(["environment edit"])
    // In pieces that fit a name, and one that is looked for.
    expect(told(step("edit", "match", step("edit", "hex", all)))).toEqual(["environment edit edit"])
    expect(told(step("edit", "hex", step("edit", "match", all)))).toEqual([])
    expect(told(step("edit", "loadConfig", all))).toEqual([])
    expect(told(variable("*"))).toEqual([])
  })

  it.each([
    [text("/home/x/.ssh/id_rsa")],
    [joined(unknown("a home"), text("/.aws/"), text("credentials"))],
    [joined(variable("CARGO_HOME"), text("/credentials.toml"))],
    [joined(unknown("a profile"), text("/Network/Cookies"))],
    [text("~/.config/chromium/Local State")],
    [text("~/.mozilla/firefox/a.default/logins.json")],
    [text("~/.electrum/wallets/default_wallet")],
    [
      {
        kind: "names",
        search: { by: "name", syntax: "glob", ignoresCase: false, pattern: text("~/.kube/*"), within: [] },
        at,
      } satisfies Value,
    ],
  ])("are of files of credentials: %j", (path) => expect(told(file(path))).toEqual([expect.stringMatching(/^file /)]))

  it.each(["a/ssh/config.json", "src/Cookies.js", "a/Cookies/index.html", "src/logins.json5", "lib/wallets/a.js"])(
    "are not of other files: %s",
    (path) => expect(told(file(text(path)))).toEqual([]),
  )

  it("go over what a shell calls a connection", () => {
    expect(told(all, { to: text("/dev/tcp/h.example.org/80") })).toEqual(["environment"])
    for (const to of ["/dev/tcp/localhost/80", "/run/a.sock"]) expect(told(all, { to: text(to) })).toEqual([])
  })

  it("go through files that a script writes", () => {
    const before: readonly Act[] = [{ kind: "writes", path: text("/tmp/out"), what: file(text("~/.npmrc")), at }]
    expect(told(file(text("/tmp/out")), { before })).toEqual(["file ~/.npmrc written read"])
  })

  it("are of what keepers of secrets print, and know where that came from", () => {
    const printed = step("program", "/usr/bin/gh", text("auth token"))
    expect(told(printed)).toEqual(["printed gh auth token"])
    expect(told(printed, { to: joined(text("https://api.github.com/repos/"), unknown("a name")) })).toEqual(["printed gh auth token own"])
    for (const other of ["https://api.github.com.example.org/", "https://api.github.com@example.org/", "https://api.github.com"])
      expect(told(printed, { to: joined(text(other), unknown("a name")) })).toEqual(["printed gh auth token"])
    expect(told(step("program", "sh", text("cd /; cat ~/.ssh/id_rsa | base64")))).toEqual(["file cat ~/.ssh/id_rsa"])
    expect(told(step("program", "git", text("status")))).toEqual([])
  })

  it.each([
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/x",
    "http://2852039166/latest/user-data",
    "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token",
    "http://100.100.100.200/latest/meta-data/ram/security-credentials/",
    "http://[fd00:ec2::254]/latest/meta-data/iam/security-credentials/",
    "169.254.169.254",
  ])("are of the keys that a cloud gives its machines: %s", (from) => {
    const keys: Value = { kind: "fetched", from: text(from), at }
    expect(told(keys, { to: text("https://h.example.org/") })).toEqual([`fetched ${from}`])
    expect(told(keys, { to: joined(keys, text(".h.example.org")) })).toEqual([`fetched ${from}`])
    // To the same cloud, to its service itself, or wherever somebody says.
    for (const to of ["https://sts.eu-west-1.amazonaws.com/", "https://storage.googleapis.com/b", from])
      expect(told(keys, { to: text(to) })).toEqual([])
    expect(told(keys, { to: text("https://a.s3.amazonaws.com/b") })).toEqual([`fetched ${from}`])
    for (const to of [unknown("a host"), joined(text("https://"), unknown("a host"), text("/h.example.org"))])
      expect(told(keys, { to })).toEqual([])
  })

  it("are of a container's keys, whose path a variable says", () => {
    const from = joined(text("http://169.254.170.2"), variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))
    expect(told({ kind: "fetched", from, at }, { to: text("https://h.example.org/") })).toHaveLength(1)
  })

  it.each([
    "http://169.254.169.254/latest/meta-data/instance-id",
    "http://169.254.169.254/latest/api/token",
    "http://169.254.169.254.example.org/latest/user-data",
    "https://h.example.org/token",
  ])("are not of what else is fetched: %s", (from) =>
    expect(told({ kind: "fetched", from: text(from), at }, { to: text("https://h.example.org/") })).toEqual([]),
  )
})
