import { join } from "node:path"
import { FaultError } from "../../core/fault.ts"
import { type Shape, shapedJson } from "../../core/shape.ts"
import type { Context } from "../../io/context.ts"
import { readSmallFile } from "../../io/files.ts"
import { run } from "../../io/run.ts"
import { homeFolder } from "../../io/user-folder.ts"

const keys = ["GOPROXY", "GOSUMDB", "GONOPROXY", "GONOSUMDB", "GOPRIVATE", "GOROOT"] as const
type Key = (typeof keys)[number]
const goenvBytesMax = 1 << 20

/** What the go command is configured for on this machine (`go help environment`). */
export interface GoConfiguration {
  readonly proxies: string
  /** "" or "off": no checksum database. */
  readonly database: string
  readonly noProxy: string
  readonly noDatabase: string
  /** Where go keeps its own sources; undefined where nothing says it. */
  readonly root: string | undefined
}

/**
 * The environment's words, else go's own, which reads its file and knows its defaults; asked in the root folder, where no module and no
 * workspace can answer. Without go, that file.
 */
export async function goConfiguration(ctx: Context): Promise<GoConfiguration> {
  const own = settingsOf(ctx.environment)
  const database = own.get("GOSUMDB")
  const isKnown = own.has("GOPROXY") && (database === "off" || database?.includes("+") === true)
  const said = (isKnown ? undefined : await askGo(ctx)) ?? (await goenvFile(ctx))
  const setting = (key: Key): string | undefined => own.get(key) ?? said.get(key)
  const proxies = setting("GOPROXY")
  if (proxies === undefined)
    throw new FaultError({
      kind: "unavailable",
      source: "go",
      why: "it is not installed, and neither the environment nor its file (GOENV) says which proxy to ask",
      remedy: "install go, or set GOPROXY",
    })
  const hidden = setting("GOPRIVATE") ?? ""
  return {
    proxies,
    database: setting("GOSUMDB") ?? "",
    noProxy: setting("GONOPROXY") ?? hidden,
    noDatabase: setting("GONOSUMDB") ?? hidden,
    root: setting("GOROOT"),
  }
}

/** An empty value is none, as for go. */
const settingsOf = (values: Readonly<Record<string, unknown>>): ReadonlyMap<Key, string> =>
  new Map(keys.flatMap((key) => (typeof values[key] === "string" && values[key] !== "" ? [[key, values[key]] as const] : [])))

const isValues: Shape<Readonly<Record<string, unknown>>> = (value): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** Undefined: there is no go, or it does not say. A newer toolchain is not fetched for the question, and no flag of GOFLAGS bears on the answer. */
async function askGo(ctx: Context): Promise<ReadonlyMap<Key, string> | undefined> {
  const asked = await run({
    program: "go",
    args: ["env", "-json", ...keys],
    environment: { ...ctx.environment, GOTOOLCHAIN: "local", GOFLAGS: "", GOWORK: "off" },
    folder: "/",
    outputBytesMax: 64 * 1024,
    secondsMax: 60,
  })
  if (!asked.ok || asked.value.code !== 0) return undefined
  const values = shapedJson(Buffer.from(asked.value.stdout).toString("utf8"), isValues)
  return values === undefined ? undefined : settingsOf(values)
}

/** What `go env -w` writes: lines of KEY=VALUE. */
async function goenvFile({ environment }: Context): Promise<ReadonlyMap<Key, string>> {
  const folder = environment["XDG_CONFIG_HOME"] || join(homeFolder(environment), ".config")
  const path = environment["GOENV"] || join(folder, "go", "env")
  const bytes = path === "off" ? undefined : await readSmallFile(path, goenvBytesMax)
  const lines = Buffer.from(bytes ?? "")
    .toString("utf8")
    .split(/\r?\n/)
  return settingsOf(
    Object.fromEntries(lines.map((line) => [line.slice(0, Math.max(0, line.indexOf("="))), line.slice(line.indexOf("=") + 1)])),
  )
}
