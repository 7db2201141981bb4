import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { number } from "../core/count.ts"
import { gitOidOf } from "../core/digest.ts"
import { escapeForeign } from "../core/escape.ts"
import type { Page } from "../model/exhibit.ts"
import type { Report, ReportEntry } from "../model/report.ts"
import { reporters } from "./index.ts"
import type { Look } from "./reporter.ts"
import { ranked } from "./words.ts"

const look: Look = { columns: 100, colour: false, listMax: 25, command: "everybyte" }

function entry(path: string, some: Partial<ReportEntry> = {}): ReportEntry {
  return {
    path,
    type: "file",
    size: 10,
    sha256: "0".repeat(64),
    gitOid: "0".repeat(40),
    mode: "0644",
    opaque: false,
    explanation: { kind: "unexplained", why: "nothing like it" },
    toRead: 1,
    danger: "others",
    ...some,
  }
}

function made(entries: readonly ReportEntry[], some: Partial<Report> = {}): Report {
  const bytes = entries.reduce((sum, one) => sum + one.size, 0)
  return {
    schema: "everybyte.report/1",
    tool: { name: "everybyte", version: "0.0.0", trustedBase: [] },
    verdict: "review",
    reasons: ["something to read"],
    artifact: {
      target: "p-1.tar",
      name: "p-1.tar",
      size: 1,
      sha256: "0".repeat(64),
      format: "tar",
      entries: entries.length,
      root: "p-1/",
      chain: [],
      notLookedAt: [],
    },
    ledger: {
      totals: {
        bytes,
        entries: entries.length,
        byKind: { unexplained: { entries: entries.length, bytes } },
        lines: { total: 0, unexplained: 0 },
        opaqueUnexplained: { entries: 0, bytes: 0 },
        toRead: entries.length,
      },
      entries,
      framing: [],
      absent: [],
    },
    anomalies: [],
    findings: [],
    rules: [],
    ...some,
  }
}

describe("ranking", () => {
  test("what runs comes before prose, whatever its size; what is new before what is known", () => {
    const report = made([
      entry("p-1/README", { danger: "translations and prose", toRead: 500 }),
      entry("p-1/x.m4", { danger: "runs at build" }),
      entry("p-1/old.m4", { danger: "runs at build", toRead: 9, previous: "same" }),
    ])
    expect(ranked(report).map((one) => one.path)).toEqual(["p-1/x.m4", "p-1/README", "p-1/old.m4"])
  })
  test("entries that cost nothing are not listed", () => expect(ranked(made([entry("a", { toRead: 0 })]))).toEqual([]))
})

describe("the text form", () => {
  test("puts verdict and toRead first and shows the lines themselves", () => {
    const text = reporters.text.render(
      made([
        entry("p-1/x.m4", {
          danger: "runs at build",
          lines: 9,
          unexplained: [{ first: 3, last: 3, removed: 0 }],
          shown: [{ line: 3, text: "eval $hidden" }],
        }),
      ]),
      look,
    )
    expect(text.split("\n")[0]).toContain("review   1 to read")
    expect(text).toContain("+3 eval $hidden")
    expect(text).toContain("x.m4  1 of 9 lines; nothing like it")
  })
  test("has no colour unless asked", () => {
    expect(reporters.text.render(made([entry("a")]), look)).not.toContain("\x1b")
    expect(reporters.text.render(made([entry("a")]), { ...look, colour: true })).toContain("\x1b[")
  })
  test("counts one of a kind in the singular, and lengthens every list by --list", () => {
    const absent = Array.from({ length: 40 }, (_, index) => ({ path: `absent-${index}`, mode: "100644", gitOid: "0".repeat(40) }))
    const one = made([entry("a")])
    const report = { ...one, ledger: { ...one.ledger, absent } }
    for (const form of [reporters.text, reporters.markdown]) {
      expect(form.render(report, look)).not.toMatch(/\b1 (?:entries|bytes|lines)/)
      expect(form.render(report, look)).toContain(
        "and 15 entries more (--list 40 shows them".replace("(--", form.format === "text" ? "(--" : "\\(--"),
      )
      expect(form.render(report, { ...look, listMax: 40 })).toContain("absent-39")
    }
  })
  test("an earlier release that was only compared leaves its trace, and one that was accepted says so", () => {
    const report = made([entry("a", { previous: "same" }), entry("b", { previous: "new" })])
    const previous = { target: "old-1.tar", sha256: "0".repeat(64), accepted: false, gone: ["c"] }
    for (const form of [reporters.text, reporters.markdown]) {
      const text = form.render({ ...report, previous }, look)
      expect(text).toContain("compared with old-1.tar: 1 same, 0 changed, 1 new, 1 gone")
      expect(form.render({ ...report, previous: { ...previous, accepted: true } }, look)).toContain("accepted on your word alone")
    }
  })
  test("what used to be made again and no longer is comes first, and every form says so", () => {
    const report = made([
      entry("p-1/install.sh", { danger: "runs at install" }),
      entry("p-1/doc/x.1", { danger: "translations and prose", previous: "same", regressed: true }),
    ])
    const previous = { target: "old-1.tar", sha256: "0".repeat(64), accepted: false, gone: [], madeBefore: { derived: 7 } }
    expect(ranked(report).map(({ path }) => path)).toEqual(["p-1/doc/x.1", "p-1/install.sh"])
    const said = "a generator made all or more of it again in the earlier release"
    for (const form of [reporters.text, reporters.markdown]) {
      const text = form.render({ ...report, previous }, look)
      expect(text).toContain(said)
      expect(text).toContain("7 of its entries were made again whole; more is left now of 1 that a generator made")
    }
    expect(reporters.html.render({ ...report, previous }, look)).toContain(said)
    expect(reporters.json.render(report)).toContain('"regressed": true')
  })
  test("an earlier release that could not be made again leaves a reason, never silence", () => {
    const previous = { target: "old-1.tar", sha256: "0".repeat(64), accepted: false, gone: [], madeBefore: { why: "no toolchain" } }
    expect(reporters.text.render({ ...made([entry("a")]), previous }, look)).toContain(
      "whether it was made again is not known: no toolchain",
    )
  })
  test("configure and its macros are read before what make reads: hundreds of lines of a skewed Makefile.in buried them", () => {
    const at = (path: string, toRead: number): ReportEntry => entry(path, { danger: "runs at build", toRead })
    const report = made([at("p-1/Makefile.in", 300), at("p-1/m4/x.m4", 13), at("p-1/ltmain.sh", 20), at("p-1/configure", 14)])
    expect(ranked(report).map(({ path }) => path)).toEqual(["p-1/configure", "p-1/m4/x.m4", "p-1/Makefile.in", "p-1/ltmain.sh"])
  })
  test("tools that share the release's source, findings, rules that looked at nothing and what else holds are shown in both forms", () => {
    const report = made(
      [
        entry("a", {
          explanation: { kind: "baseline", artifact: "old", path: "a" },
          also: [{ kind: "baseline", artifact: "old", path: "a" }],
        }),
      ],
      {
        tool: { name: "everybyte", version: "0", trustedBase: [{ name: "xz", version: "xz (XZ Utils) 5.8.1", sharesSource: true }] },
        findings: [
          {
            rule: "release/signature",
            version: 1,
            severity: "alarm",
            message: "the signature is bad",
            at: { path: "p-1.tar" },
            evidence: [{ what: "the release", where: "p-1.tar", digest: "sha256:00" }],
          },
        ],
        rules: [{ rule: "other/rule", version: 1, outcome: "not-assessed", why: "nothing to look at" }],
      },
    )
    for (const form of [reporters.text, reporters.markdown]) {
      const text = form.render(report, look).replaceAll("\\", "")
      expect(text).toContain("xz (XZ Utils) 5.8.1: it shares the release's own source")
      expect(text).toContain("the signature is bad")
      expect(text).toContain("sha256:00")
      expect(text).toContain("other/rule: nothing to look at")
      expect(text).toContain("also baseline: 1 entry")
    }
  })
  test("what a rule could not look at is said once", () => {
    const said = "the signature x.asc: no key was given"
    const one = made([], { rules: [{ rule: "release/signature", version: 1, outcome: "not-assessed", why: said }] })
    const text = reporters.text.render({ ...one, artifact: { ...one.artifact, notLookedAt: [said] } }, look)
    expect(text.split(said)).toHaveLength(2)
  })
  test("a suggested command begins as the user began", () => {
    expect(reporters.text.render(made([]), { ...look, command: "./every byte" })).toContain("'./every byte' explain p-1.tar")
  })
  test("names the next command when no repository was given", () => {
    expect(reporters.text.render(made([]), look)).toContain("everybyte explain p-1.tar --repository PATH-OR-ADDRESS")
  })
})

describe("hostile names and contents", () => {
  const hostile = fc.string({ unit: "binary", maxLength: 60 })
  const report = fc.tuple(hostile, hostile, hostile).map(([path, line, message]) =>
    made([entry(path, { lines: 1, unexplained: [{ first: 1, last: 1, removed: 0 }], shown: [{ line: 1, text: line }] })], {
      anomalies: [{ kind: "dangerous-name", severity: "review", message, layer: path, path }],
    }),
  )
  test("property: no form prints a control, bidirectional or invisible character", () => {
    fc.assert(
      fc.property(report, (one) => {
        for (const form of [reporters.text, reporters.markdown, reporters.html])
          expect(form.render(one, look).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u)
      }),
    )
  })
  test("property: in HTML nothing but our own two scripts begins or ends one, and the data is what was put in", () => {
    fc.assert(
      fc.property(report, fc.constantFrom("</script>", "<!--<script", "]]>", "\u2028", "&quot;"), (one, more) => {
        const html = reporters.html.render({ ...one, reasons: [more], anomalies: [] }, look, {
          shown: [{ entry: 0, lines: [more, `${more}\t${more}`] }],
          omitted: [],
        })
        expect(html.match(/<\/?script/gi)).toHaveLength(4)
        expect(html).not.toContain("<!--")
        const data: Page = JSON.parse(/ id="page">(.*?)<\/script>/.exec(html)?.[1] ?? "")
        expect(data.texts[0]?.lines).toEqual([escapeForeign(more), `${escapeForeign(more)}\t${escapeForeign(more)}`])
      }),
    )
  })
  test("an unexplained run's reason is foreign text too", () => {
    const framing = [
      {
        layer: "\x1b[2J",
        format: "tar",
        size: 1,
        sha256: "0".repeat(64),
        claims: [],
        unexplained: [{ start: 0, end: 1, why: "unknown pax keyword \x1b[H", head: "1b" }],
      },
    ]
    const one = made([])
    for (const form of [reporters.text, reporters.markdown])
      expect(form.render({ ...one, ledger: { ...one.ledger, framing } }, look)).not.toContain("\x1b")
  })
  test("that an origin which counts for nothing has an undetermined entry is told in every form", () => {
    const one = made([entry("p-1/a", { explanation: { kind: "undetermined", why: "no repository", known: ["ours 1 has these bytes"] } })])
    for (const form of [reporters.text, reporters.markdown])
      expect(form.render(one, look)).toMatch(/undetermined with a note on known origins .*: 1 entry/)
    for (const form of [reporters.json, reporters.html]) expect(form.render(one, look)).toContain("ours 1 has these bytes")
  })
  test("a suggested command is quoted for the shell", () => {
    const one = made([
      entry("s/x", {
        explanation: {
          kind: "undetermined",
          why: "not given",
          submodule: { path: "$(touch MARKER)", commit: gitOidOf("commit", new Uint8Array(0)) },
        },
      }),
    ])
    const report = {
      ...one,
      repository: { location: "a'b", commit: "0".repeat(40), how: "by-name" as const, agrees: true, candidates: [] },
    }
    expect(reporters.text.render(report, look)).toContain("--repository 'a'\\''b' --submodule '$(touch MARKER)'=PATH-OR-ADDRESS")
  })
  test("a line cannot break out of its code span or its list", () => {
    const text = reporters.markdown.render(
      made([
        entry("p-1/a`<script>`.md", {
          lines: 1,
          unexplained: [{ first: 1, last: 1, removed: 0 }],
          shown: [{ line: 1, text: "``` \n# heading <img onerror=x>" }],
        }),
      ]),
      look,
    )
    expect(text).toContain("``a`<script>`.md``")
    expect(text).toContain("```` ``` \\x0a# heading <img onerror=x> ````".replace("```` ", "```` ").trim())
    expect(text.split("\n").filter((line) => line.startsWith("#"))).toEqual([
      "# review: 1 to read",
      "## To read, what runs first",
      "## Next",
    ])
  })
  test("markup in a message stays text", () => {
    const text = reporters.markdown.render(
      made([], { anomalies: [{ kind: "x", severity: "note", message: "[click](javascript:x) <b> **", layer: "l" }] }),
      look,
    )
    expect(text).toContain("\\[click\\]\\(javascript:x\\) &lt;b&gt; \\*\\*")
  })
})

describe("what was made again", () => {
  const done = {
    generator: "autotools",
    commands: "sh ./autogen.sh && make dist",
    toolchain: { name: "trixie+x", digest: "d".repeat(64), date: "Sat, 01 Jan 2028" },
    sandbox: "bubblewrap 0.8.0 with seccomp",
    originals: ["libtool"],
    collation: "C.UTF-8",
    tools: [
      { tool: "autoconf", stated: "2.71", used: "2.72-3.1" },
      { tool: "automake", stated: "1.17", used: "1:1.17-4" },
      { tool: "libtool", stated: "2.5.4 Debian-2.5.4-4", used: "2.5.4-4" },
      { tool: "bison", stated: undefined, used: "2:3.8.2-1" },
      { tool: "byacc", stated: "2.0", used: undefined },
    ],
    steps: [
      { step: "sh ./autogen.sh", code: 0 },
      { step: "make `dist`", code: 2 },
    ],
    files: 9,
    unstable: 1,
    derived: 1,
  }
  const not = { generator: "autotools", commands: "make dist", why: "toolchain trixie: <b> is not on this machine" }
  const derived = {
    kind: "derived",
    generator: "autotools",
    path: "configure",
    commands: done.commands,
    toolchain: "trixie+x",
    originals: ["libtool"],
    tools: [{ tool: "autoconf", version: "2.72-3.1" }],
    normalised: ["date"],
    replaces: { from: "repository", path: "configure" },
  } as const
  const report = made([entry("p-1/configure", { toRead: 0, explanation: derived, also: [derived] })], { replays: [done, not] })

  test("is told by each form for a reader: what gave how much, what differs, what failed, what was not", () => {
    for (const form of [reporters.text, reporters.markdown, reporters.html]) {
      const text = form
        .render(report, look)
        .replaceAll("\\", "")
        .replace(/&(?:amp|#38);/g, "&")
        .replace(/&#39;/g, "'")
      expect(text).toContain(
        "autotools: 1 entry derived; sh ./autogen.sh && make dist; in trixie+x of Sat, 01 Jan 2028 with upstream's libtool",
      )
      expect(text).toContain("autotools: the release was made with autoconf 2.71, which is not at hand; 2.72-3.1 was run")
      for (const same of ["automake 1.17", "libtool 2.5.4", "bison", "byacc"]) expect(text).not.toContain(`made with ${same}`)
      expect(text).toContain("autotools: `make `dist`` ended with 2, and what comes after it was not made")
      expect(text).toMatch(/not autotools: toolchain trixie: (?:<b>|&lt;b&gt;|&#60;b&#62;) is not on this machine/)
    }
    expect(reporters.html.render(report, look)).not.toContain("<b>")
    expect(reporters.markdown.render(report, look)).not.toContain("<b>")
  })

  test("stands in JSON as it is, and is absent where nothing was to be made again", () => {
    expect(JSON.parse(reporters.json.render(report))).toMatchObject({
      replays: [{ steps: [{ code: 0 }, { code: 2 }], sandbox: done.sandbox }, not],
    })
    expect(reporters.json.render(made([]))).not.toContain("replays")
    for (const form of [reporters.text, reporters.markdown, reporters.html]) expect(form.render(made([]), look)).not.toContain("made again")
  })

  test("is all there in an entry's facts on the page", () => {
    const page = reporters.html.render(report, look)
    for (const fact of [
      "equals configure as autotools made it of the commit, twice",
      "trixie+x with upstream's libtool (autoconf 2.72-3.1)",
      '"but for"',
      "other bytes at this path of the commit",
    ])
      expect(page).toContain(fact)
    expect(reporters.text.render(report, look)).toContain("also derived: 1 entry")
  })

  test("is the base of what it gives in part", () => {
    const base = { from: "replay", path: "configure", generator: "autotools", toolchain: "trixie+x", sha256: "0".repeat(64) } as const
    const one = made([
      entry("p-1/configure", { explanation: { kind: "unexplained", base, why: "compared with configure as autotools made it again" } }),
    ])
    for (const form of [reporters.text, reporters.markdown])
      expect(form.render(one, look)).toContain("compared with configure as autotools made it again")
    expect(reporters.html.render(one, look)).toContain("configure as autotools made it of the commit, in toolchain trixie+x")
  })
})

test("JSON: the same report is the same bytes, with sorted keys", () => {
  const text = reporters.json.render(made([entry("a")]))
  expect(reporters.json.render(JSON.parse(text))).toBe(text)
  expect(text.indexOf('"anomalies"')).toBeLessThan(text.indexOf('"artifact"'))
})

test("numbers are grouped without asking the locale", () => {
  expect([0, 999, 1000, 1234567].map(number)).toEqual(["0", "999", "1,000", "1,234,567"])
})

test("what a recipe computes is told with what it follows from, and as the base of what differs", () => {
  const replaces = { from: "repository", path: "Cargo.toml" } as const
  const recipe = {
    kind: "recipe",
    recipe: "cargo/Cargo.toml",
    from: { commit: ["kit/Cargo.toml"], release: ["*"] },
    dropped: ["the order of keys"],
    replaces,
  } as const
  const base = { from: "recipe", path: "RECORD", recipe: "wheel/RECORD", sha256: "0".repeat(64) } as const
  const why = "compared with RECORD as wheel/RECORD computes it"
  const report = made([
    entry("Cargo.toml", { toRead: 0, explanation: recipe }),
    entry("RECORD", { explanation: { kind: "unexplained", base, why } }),
  ])
  for (const form of [reporters.text, reporters.markdown]) expect(form.render(report, look)).toContain(why)
  const page = reporters.html.render(report, look)
  for (const fact of [
    "equals what cargo/Cargo.toml computes from kit/Cargo.toml of the commit, every other file of the release",
    "the order of keys",
    "Cargo.toml, other bytes at this path of the commit",
    "RECORD as wheel/RECORD computes it",
  ])
    expect(page).toContain(fact)
})
