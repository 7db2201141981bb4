import { join } from "node:path"
import { FaultError } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { namesIn, readSmallFile } from "../../io/files.ts"
import { type Access, basic, environmentAccess, ownLogin, proxyAddress } from "../../io/http.ts"
import { machineArchitecture } from "../../io/machine.ts"
import { type Ini, parseIni } from "./ini.ts"

const fileBytesMax = 1 << 20

/** A repository as dnf is configured for it (dnf.conf(5), "Repo Options"). */
export interface RpmRepository {
  readonly id: string
  readonly bases: readonly string[]
  /** An address that answers with addresses of the repository. */
  readonly mirrors: string | undefined
  /** Files of the keys that sign. */
  readonly keyFiles: readonly string[]
  /** Keys at addresses are not fetched, as nobody has agreed to them. */
  readonly keyAddresses: readonly string[]
  /** Whether its list must be signed (`repo_gpgcheck`), and its packages (`gpgcheck`). */
  readonly isSigned: boolean
  readonly arePackagesSigned: boolean
  readonly access: Access
}

/** This machine's architecture, as rpm calls it. */
export function rpmArchitecture(): string {
  const names: ReadonlyMap<string, string> = new Map([
    ["x64", "x86_64"],
    ["arm64", "aarch64"],
    ["ia32", "i686"],
    ["ppc64", "ppc64le"],
  ])
  const own = machineArchitecture()
  return names.get(own) ?? own
}

/** The repositories that are enabled, in the order of their files. `etc`: where the machine keeps its configuration. */
export async function rpmRepositories(etc: string, ctx: Context): Promise<readonly RpmRepository[]> {
  const textAt = async (path: string): Promise<string> => Buffer.from((await readSmallFile(path, fileBytesMax)) ?? "").toString("utf8")
  const main =
    parseIni(`${await textAt(join(etc, "yum.conf"))}\n${await textAt(join(etc, "dnf/dnf.conf"))}`).get("main") ?? new Map<string, string>()
  const variables = await variablesOf(etc, textAt)
  const found: RpmRepository[] = []
  const folder = join(etc, "yum.repos.d")
  for (const name of (await namesIn(folder)).filter((one) => one.endsWith(".repo")))
    for (const [id, options] of parseIni(await textAt(join(folder, name))))
      if (id !== "main" && isOn(options.get("enabled") ?? "1"))
        found.push(repositoryOf(id, new Map([...main, ...options]), { variables, ctx }))
  if (found.length > 0) return found
  throw new FaultError({
    kind: "unavailable",
    source: folder,
    why: "no repository of rpm packages is enabled there",
    remedy: "write a .repo file, or download the package and name its path",
  })
}

type Options = Ini extends ReadonlyMap<string, infer T> ? T : never

function repositoryOf(
  id: string,
  options: Options,
  { variables, ctx }: { variables: ReadonlyMap<string, string>; ctx: Context },
): RpmRepository {
  const value = (name: string): string | undefined => {
    const text = options.get(name)?.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced, bare) => variables.get(braced ?? bare) ?? whole)
    return text === "" ? undefined : text
  }
  const list = (name: string): readonly string[] =>
    value(name)
      ?.split(/[\s,]+/)
      .filter((one) => one !== "") ?? []
  const keys = list("gpgkey")
  const bases = list("baseurl").map((one) => one.replace(/\/*$/, "/"))
  return {
    id,
    bases,
    mirrors: value("metalink") ?? value("mirrorlist"),
    keyFiles: keys.filter(isFile).map((one) => decodeURI(one.slice("file://".length))),
    keyAddresses: keys.filter((one) => !isFile(one)),
    isSigned: isOn(value("repo_gpgcheck") ?? "0"),
    arePackagesSigned: isOn(value("gpgcheck") ?? "0"),
    access: accessOf(bases, value, ctx),
  }
}

const isFile = (url: string): boolean => url.startsWith("file:///")
const isOn = (text: string): boolean => /^(?:1|yes|true|on)$/i.test(text)

async function variablesOf(etc: string, textAt: (path: string) => Promise<string>): Promise<ReadonlyMap<string, string>> {
  const release = /^VERSION_ID="?([^"\n]*)"?$/m.exec(await textAt(join(etc, "os-release")))?.[1] ?? ""
  const found = new Map([
    ["releasever", release],
    ["basearch", rpmArchitecture()],
    ["arch", rpmArchitecture()],
  ])
  for (const folder of [join(etc, "yum/vars"), join(etc, "dnf/vars")])
    for (const name of await namesIn(folder)) found.set(name, (await textAt(join(folder, name))).split("\n")[0]?.trim() ?? "")
  return found
}

/** The repository's own proxy and login, for its own servers alone; else the environment's. */
function accessOf(bases: readonly string[], value: (name: string) => string | undefined, ctx: Context): Access {
  const environment = environmentAccess(ctx.environment)
  const own = bases.flatMap((base) => (URL.canParse(base) ? [new URL(base)] : []))
  const [proxy, user, password] = [value("proxy"), value("username"), value("password")]
  return {
    ...environment,
    proxy: (at) => (proxy === undefined ? environment.proxy(at) : proxy === "_none_" ? undefined : proxyAddress(proxy, "dnf's proxy")),
    authorization(at) {
      const found = own.find(({ origin }) => origin === at.origin)
      return found === undefined ? undefined : user === undefined ? ownLogin(found) : basic(user, password ?? "")
    },
    login: "check that you may read it, and username and password in its .repo file",
  }
}
