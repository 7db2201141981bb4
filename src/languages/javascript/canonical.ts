import type { Thing } from "../imperative/platform.ts"
import { isValue } from "../imperative/things.ts"

/** Modules that others stand in for. */
const same: ReadonlyMap<string, string> = new Map([
  ["graceful-fs", "fs"],
  ["fs-extra", "fs"],
  ["original-fs", "fs"],
  ["fs/promises", "fs"],
  ["cross-spawn", "child_process.spawn"],
  ["child-process-promise", "child_process"],
  ["stream/promises", "stream"],
  ["path/posix", "path"],
  ["path/win32", "path"],
  ["path.posix", "path"],
  ["path.win32", "path"],
  ["dns/promises", "dns"],
  ["timers/promises", "timers"],
  ["https", "http"],
  ["http2", "http"],
  ["follow-redirects", "http"],
  ["node-fetch", "fetch"],
  ["cross-fetch", "fetch"],
  ["undici.fetch", "fetch"],
  ["isomorphic-fetch", "fetch"],
  ["shelljs", "shelljs"],
  ["buffer", ""],
  ["process", "process"],
  ["util.TextDecoder", "TextDecoder"],
  ["crypto.webcrypto", "crypto"],
  ["timers", ""],
])

const globals = /^(?:globalThis|window|self|global|top|parent|frames|this|root|node:)(?:\.|(?<=:))/

/** One name for what has several: modules under `node:`, members of the global object, synchronous twins, default exports. */
export function canonical(of: string): string {
  let name = of
  while (globals.test(name)) name = name.replace(globals, "")
  if (name.includes(".default")) name = name.replace(/\.default(?=\.|$)/g, "")
  name = name.replace(/^(fs|dns|stream|timers)\.promises(?=\.|$)/, "$1").replace(/^http\.(?:http|https)(?=\.)/, "http")
  for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1)) {
    const other = same.get(name.slice(0, end))
    if (other === undefined) continue
    name = `${other}${name.slice(end)}`.replace(/^\./, "")
    break
  }
  return /^(?:fs|child_process|zlib|execa)\..*Sync$/.test(name) ? name.slice(0, -4) : name
}

export const isEnvironment = (name: string): boolean =>
  name === "process.env" || name === "import.meta.env" || name === "Bun.env" || name === "localStorage" || name === "sessionStorage"

/** `constructor` of a function is the function that makes functions of text (ECMAScript 20.2.1.1); of an object its own. */
export function inherited(of: Thing, name: string): Thing | undefined {
  if (name === "__proto__") return of
  if (name !== "constructor") return undefined
  if (of.kind === "closure" || of.kind === "api" || of.kind === "items" || of.kind === "text")
    return { kind: "api", name: of.kind === "closure" || of.kind === "api" ? "Function" : "constructor" }
  return isValue(of) || of.kind === "instance" ? { kind: "api", name: "constructor" } : undefined
}
