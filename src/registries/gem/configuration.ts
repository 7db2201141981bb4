import { join } from "node:path"
import { FaultError } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { readSmallFile } from "../../io/files.ts"
import { type Access, environmentAccess, ownLogin, placeOfAddress } from "../../io/http.ts"
import { run } from "../../io/run.ts"
import { homeFolder } from "../../io/user-folder.ts"

const configurationBytesMax = 1 << 20

/** The server that gems come from, and how it is reached. */
export interface GemConfiguration {
  /** Ends with a slash. */
  readonly server: string
  readonly access: Access
  readonly notLookedAt: readonly string[]
}

/**
 * The sources of the gem client: of its files, else its own answer, asked in the root folder, where no project can give it; else Bundler's
 * mirror for all of them. A project's own `.bundle/config` and Gemfile are never read.
 */
export async function gemConfiguration(ctx: Context): Promise<GemConfiguration> {
  const sources = await firstOf([() => configured(ctx), () => askGem(ctx), () => bundlerMirror(ctx)])
  const [first, ...others] = sources.map((one) => one.trim().replace(/\/*$/, "/"))
  if (first === undefined)
    throw new FaultError({
      kind: "unavailable",
      source: "gem",
      why: "no source of gems is configured, and there is no gem program to ask",
      remedy: "name one in ~/.gemrc (a list under `:sources:`), or set BUNDLE_MIRROR__ALL to its address",
    })
  if (!URL.canParse(first) || !/^https?:$/.test(new URL(first).protocol))
    throw new FaultError({
      kind: "unavailable",
      source: "gem",
      why: `its source ${JSON.stringify(placeOfAddress(first))} is no http address`,
      remedy: "set it in ~/.gemrc, in the list under `:sources:`",
    })
  const own = new URL(first)
  return {
    server: first,
    access: {
      ...environmentAccess(ctx.environment),
      authorization: (at) => (at.origin === own.origin ? ownLogin(own) : undefined),
      login: `check that you may read it, and the login in gem's source for ${own.host}`,
    },
    notLookedAt: others.map((one) => `not searched: gem's further source ${placeOfAddress(one)}`),
  }
}

async function firstOf(all: readonly (() => Promise<readonly string[]>)[]): Promise<readonly string[]> {
  for (const one of all) {
    const found = await one()
    if (found.length > 0) return found
  }
  return []
}

/** `gem help environment`: the system's file, the user's, those that GEMRC names; the last one that has the key counts. */
async function configured(ctx: Context): Promise<readonly string[]> {
  const home = homeFolder(ctx.environment)
  const configHome = ctx.environment["XDG_CONFIG_HOME"] ?? join(home, ".config")
  const named = (ctx.environment["GEMRC"] ?? "").split(":").filter((path) => path !== "")
  const user = (await textAt(join(home, ".gemrc"))) ?? (await textAt(join(configHome, "gem", "gemrc")))
  const texts = [await textAt("/etc/gemrc"), user, ...(await Promise.all(named.map(textAt)))]
  for (const text of texts.reverse()) {
    const sources = text === undefined ? undefined : (await settingsIn(text)).find(([key]) => /^:?sources$/.test(key))?.[1]
    if (Array.isArray(sources)) return sources.filter((one): one is string => typeof one === "string")
  }
  return []
}

async function askGem({ environment }: Context): Promise<readonly string[]> {
  const call = { program: "gem", args: ["sources", "--list"], environment, folder: "/", outputBytesMax: 1 << 16, secondsMax: 60 }
  const asked = await run(call)
  if (!asked.ok || asked.value.code !== 0) return []
  const lines = Buffer.from(asked.value.stdout).toString("utf8").split("\n")
  return lines.filter((line) => /^[a-z]+:\/\//.test(line))
}

/** `bundle config`, "Mirrors of gem sources": the environment before the user's file. */
async function bundlerMirror({ environment }: Context): Promise<readonly string[]> {
  const given = environment["BUNDLE_MIRROR__ALL"]
  if (given !== undefined) return [given]
  const folder = environment["BUNDLE_USER_HOME"] ?? join(homeFolder(environment), ".bundle")
  const text = await textAt(environment["BUNDLE_USER_CONFIG"] ?? join(folder, "config"))
  const found = text === undefined ? undefined : (await settingsIn(text)).find(([key]) => key === "BUNDLE_MIRROR__ALL")?.[1]
  return typeof found === "string" ? [found] : []
}

/** The keys and values of a file in YAML; none where it is no such file, or has aliases. */
async function settingsIn(text: string): Promise<readonly (readonly [string, unknown])[]> {
  const { parseDocument } = await import("yaml")
  const document = parseDocument(text, { logLevel: "silent" })
  try {
    const value: unknown = document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 0 })
    return typeof value === "object" && value !== null ? Object.entries(value) : []
  } catch {
    return [] // the library throws for an alias
  }
}

async function textAt(path: string): Promise<string | undefined> {
  const bytes = await readSmallFile(path, configurationBytesMax)
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8")
}
