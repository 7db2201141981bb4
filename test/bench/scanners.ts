import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Command } from "./measure.ts"

/** A scanner of others on the same files, or why it is not run. */
export type Scanner = { readonly name: string /** The releases that it is for: how their names begin. */; readonly prefix: string } & (
  | { readonly command: Command }
  | { readonly why: string }
)

const ecosystems = ["npm", "pypi"] as const

/** A few words and patterns of each kind that such rules are made of: what they cost, not what they find, is asked here. */
const rules = [
  ["runs", [`/\\b(child_process|subprocess|os\\.system|Runtime\\.exec)\\b/`, `/\\beval\\s*\\(/`, `/\\bexec\\s*\\(/`]],
  ["decodes", [`/atob\\s*\\(/`, `/base64[._-]?(-d|decode|b64decode)/ nocase`, `/[A-Za-z0-9+\\/]{400,}/`]],
  [
    "connects",
    [`/https?:\\/\\/\\d{1,3}(\\.\\d{1,3}){3}/`, `"curl " fullword`, `"wget " fullword`, `/\\bsocket\\.(connect|create_connection)\\b/`],
  ],
  ["hides", [`{ E2 80 (AA | AB | AC | AD | AE) }`, `/\\\\x[0-9a-f]{2}(\\\\x[0-9a-f]{2}){30,}/ nocase`, `/String\\.fromCharCode\\s*\\(/`]],
  ["persists", [`"/etc/cron" ascii`, `".bashrc" ascii`, `"authorized_keys" ascii`, `"LD_PRELOAD" ascii`]],
  ["takes", [`/\\b(AWS_SECRET_ACCESS_KEY|GITHUB_TOKEN|NPM_TOKEN)\\b/`, `".npmrc" ascii`, `".ssh/id_" ascii`, `"/etc/passwd" ascii`]],
] as const

const ruleText = (): string =>
  rules
    .map(
      ([name, strings]) =>
        `rule ${name} {\n  strings:\n${strings.map((one, index) => `    $s${index} = ${one}`).join("\n")}\n  condition:\n    any of them\n}`,
    )
    .join("\n")

/** `folder`: the set as files. A scanner that is not in PATH may be named: EVERYBYTE_BENCH_GUARDDOG, EVERYBYTE_BENCH_MALCONTENT. */
export function scanners(folder: string, work: string): readonly Scanner[] {
  const file = join(work, "words.yar")
  writeFileSync(file, ruleText())
  const guarddog = process.env["EVERYBYTE_BENCH_GUARDDOG"] ?? "guarddog"
  const malcontent = process.env["EVERYBYTE_BENCH_MALCONTENT"] ?? "mal"
  return [
    scanner(`YARA, ${rules.length} rules of ours, one thread`, ["yara", "--version"], ["yara", "-p", "1", "-r", file, folder]),
    ...ecosystems.map((ecosystem) =>
      scanner(
        `GuardDog, its ${ecosystem} source rules`,
        [guarddog, "--version"],
        [
          "sh",
          "-c",
          `cd "$1" && for one in ${ecosystem}-*; do "$0" ${ecosystem} scan --no-sandbox "$1/$one" || exit 1; done`,
          guarddog,
          folder,
        ],
        `${ecosystem}:`,
      ),
    ),
    scanner("malcontent", [malcontent, "--version"], [malcontent, "analyze", folder]),
  ]
}

function scanner(name: string, asks: readonly string[], argv: readonly string[], prefix = ""): Scanner {
  const [program = "", ...args] = asks
  const run = spawnSync(program, args, { encoding: "utf8" })
  if (run.error !== undefined) return { name, prefix, why: `${program} is not installed` }
  if (run.status !== 0) return { name, prefix, why: `${program} ends with ${run.status ?? run.signal}` }
  const version = run.stdout.trim().split("\n").at(-1) ?? ""
  return { name: `${name} (${version})`, prefix, command: { name, argv, good: [0] } }
}
