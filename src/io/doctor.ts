import { spawnSync } from "node:child_process"
import { accessSync, constants, existsSync, mkdirSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { explainFault } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { ownOrigins, shippedOrigins } from "./origin-index.ts"
import { digestPath } from "./origin-layout.ts"
import { findProgram, versionOf } from "./program.ts"
import { findSandbox } from "./sandbox.ts"

/** One thing the machine has or lacks, and what that makes of a report. */
export interface Finding {
  readonly what: string
  readonly have: string | undefined
  /** What is undetermined or slower without it. */
  readonly without: string
  /** Without it the main job cannot be done at all. */
  readonly needed: boolean
}

/** Looks at the machine; changes nothing but makes the cache folder. The sandbox is tried out in a short run. */
export async function doctor(ctx: Context): Promise<readonly Finding[]> {
  const apt = ctx.environment["EVERYBYTE_APT_DIRECTORY"] ?? "/etc/apt"
  return [
    { what: "Node", have: process.version, without: "nothing runs", needed: true },
    {
      what: "cache folder",
      have: writable(ctx.cache),
      without: `nothing can be fetched or unpacked; choose another with --cache (now ${ctx.cache})`,
      needed: true,
    },
    {
      what: "known origins",
      have: indexes(ctx),
      without: `nothing can be explained; install Everybyte again (looked for ${shippedOrigins})`,
      needed: true,
    },
    {
      what: "git",
      have: firstLine("git", ["--version"]),
      without: "no repository can be read: every entry is undetermined; install git",
      needed: true,
    },
    {
      what: "xz",
      have: xzFound(),
      without: "xz archives are opened by the slower built-in decoder, which cannot check SHA-256 sums inside .xz",
      needed: false,
    },
    ...(await Promise.all(["bzip2", "zstd", "lzip"].map((program) => decoderFinding(program, ctx)))),
    { what: "npm", have: firstLine("npm", ["--version"]), without: "npm: targets need npm_config_registry to be set", needed: false },
    {
      what: "pip",
      have: firstLine("python3", ["-m", "pip", "--version"]),
      without: "pypi: targets need PIP_INDEX_URL to be set",
      needed: false,
    },
    { what: "gem", have: firstLine("gem", ["--version"]), without: "gem: targets need a source in ~/.gemrc", needed: false },
    {
      what: "package sources",
      have: existsSync(join(apt, "sources.list")) || listed(join(apt, "sources.list.d")) ? apt : undefined,
      without: "deb: and deb-src: targets cannot be found; give a path or an address",
      needed: false,
    },
    {
      what: "archive keys",
      have: keyrings(apt),
      without: "deb: and deb-src: targets cannot be verified; install the distribution's archive keyring",
      needed: false,
    },
    await sandboxFinding(ctx),
  ]
}

/** Since 5.6 its decoder has assembly for x86-64 (its NEWS). */
function xzFound(): string | undefined {
  const found = firstLine("xz", ["--version"])
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(found ?? "") ?? []).map(Number)
  return found === undefined || major > 5 || minor >= 6 ? found : `${found} (5.8.1 decodes in 0.6 of the time)`
}

async function decoderFinding(program: string, ctx: Context): Promise<Finding> {
  const path = findProgram(program, ctx)
  return {
    what: program,
    have: path === undefined ? undefined : await versionOf(path),
    without: `${program} archives are opened by the slower built-in decoder`,
    needed: false,
  }
}

/** No sandbox is no fault of the main job: what it would have made again is undetermined. */
async function sandboxFinding(ctx: Context): Promise<Finding> {
  const found = await findSandbox(ctx)
  const have = found.ok ? `${found.value.name}, ${found.value.seccomp ? "system calls filtered" : "no filter of system calls"}` : undefined
  const why = found.ok ? "" : ` (${explainFault(found.fault)})`
  return {
    what: "sandbox",
    have,
    without: `generators such as autoconf are not run again: what only they can explain is undetermined${why}`,
    needed: false,
  }
}

function firstLine(program: string, args: readonly string[]): string | undefined {
  const run = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 10_000 })
  return run.status === 0 ? run.stdout.split("\n")[0] : undefined
}

function writable(folder: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return folder
  } catch {
    return undefined
  }
}

/** The shipped index and, when there is one, the user's; each counts with its digest beside it. */
function indexes({ environment }: Context): string | undefined {
  const whole = [shippedOrigins, ownOrigins(environment)].filter((path) => existsSync(path) && existsSync(digestPath(path)))
  return whole[0] === shippedOrigins ? whole.join(", ") : undefined
}

const listed = (folder: string): boolean => existsSync(folder) && readdirSync(folder).length > 0

function keyrings(apt: string): string | undefined {
  const found = ["/usr/share/keyrings", join(apt, "trusted.gpg.d"), join(apt, "keyrings")].filter(
    (folder) => existsSync(folder) && readdirSync(folder).some((name) => /\.(gpg|asc|pgp)$/.test(name)),
  )
  return found.length === 0 ? undefined : found.join(", ")
}
