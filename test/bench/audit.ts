import { loadavg } from "node:os"
import { join } from "node:path"
import { createContext } from "../../src/io/create-context.ts"
import { markdownTable } from "../../tools/marked-text.ts"
import { findRepository } from "../results/repositories.ts"
import { commandLine } from "../results/run-explain.ts"
import { measure, NotRun } from "./measure.ts"
import { lend } from "./replay.ts"

/** What the first audit starts from, and what of the cache that is. */
const lent = {
  "toolchain and downloads cached, nothing made again": ["objects", "indexes", "toolchains"],
  "downloads cached, no toolchain": ["objects", "indexes"],
  "an empty cache": [],
} as const

interface Case {
  readonly target: string
  readonly repository: string
  readonly ref: string
  readonly from: keyof typeof lent
}

const cases: readonly Case[] = [
  {
    target: "deb-src:xz-utils@5.8.1",
    repository: "tukaani-project/xz",
    ref: "v5.8.1",
    from: "toolchain and downloads cached, nothing made again",
  },
  { target: "deb-src:tmux@3.3a", repository: "tmux/tmux", ref: "3.3a", from: "toolchain and downloads cached, nothing made again" },
  { target: "deb-src:jq@1.7.1", repository: "jqlang/jq", ref: "jq-1.7.1", from: "an empty cache" },
  // Here the first is no longer than a start and a look: a start alone is more than a tenth of it.
  { target: "deb-src:jq@1.7.1", repository: "jqlang/jq", ref: "jq-1.7.1", from: "downloads cached, no toolchain" },
  { target: "deb-src:curl@7.88.1", repository: "curl/curl", ref: "curl-7_88_1", from: "downloads cached, no toolchain" },
]

/** An audit, and the same audit again. */
export function benchAudit(work: string, cache: string | undefined): string {
  const rows = cases.map(({ target, repository, ref, from }, at) => {
    const found = findRepository(repository)
    if (!found.ok) throw new NotRun(found.why)
    const apart = join(work, `audit-${at}`)
    lend(createContext({ cache }).cache, apart, lent[from])
    const words = [
      "audit",
      target,
      "--repository",
      `${found.path}@${ref}`,
      "--cache",
      apart,
      "--format",
      "json",
      "-o",
      join(work, "audit.json"),
    ]
    const load = loadavg()[0] ?? Number.NaN
    const [first = Number.NaN, second = Number.NaN] = [1, 2].map(
      () => measure({ name: target, argv: [...commandLine, ...words], good: [0, 1] }).seconds,
    )
    return [
      target,
      from,
      first.toFixed(1),
      second.toFixed(2),
      `1/${(first / second).toFixed(1)}`,
      second <= first / 10 ? "held" : "NOT HELD",
      load.toFixed(1),
    ]
  })
  return [
    "An audit and the same again, at most a tenth of it; whole processes, one run each:",
    markdownTable(["release", "the first starts from", "first s", "second s", "second / first", "a tenth", "load average before"], rows),
  ].join("\n\n")
}
