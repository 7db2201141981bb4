import { join } from "node:path"
import { FaultError } from "../../core/fault.ts"
import { type Element, listAt, textAt, xmlOf } from "../../core/xml.ts"
import type { Context } from "../../io/context.ts"
import { namesIn, readSmallFile } from "../../io/files.ts"
import { type Access, basic, environmentAccess, isExempt, ownLogin, placeOfAddress, proxyAddress } from "../../io/http.ts"
import { fileSource } from "../../io/open-file.ts"
import { run } from "../../io/run.ts"
import { homeFolder } from "../../io/user-folder.ts"
import { contentsOf } from "../members.ts"
import { mirrorOf, type Repository, type Settings, settingsOf } from "./settings.ts"

const settingsBytesMax = 4 << 20

/** A repository as it is reached: mirrors in the place of what they mirror. */
export interface Reached {
  readonly id: string
  /** With a slash at its end. */
  readonly url: string
  readonly access: Access
  /** One line where a mirror stands in. */
  readonly said: readonly string[]
}

/**
 * The repositories that maven would ask for a release, in its order: those of the settings' active profiles, then the default of the installed maven, which
 * stands in its super POM. No project is asked: what is audited must not choose.
 */
export async function mavenRepositories(ctx: Context): Promise<readonly Reached[]> {
  const home = await mavenHome(ctx)
  const user = await settingsAt(join(homeFolder(ctx.environment), ".m2", "settings.xml"))
  const installed = home === undefined ? undefined : await settingsAt(join(home, "conf", "settings.xml"))
  const settings = settingsOf(user, installed, ctx.environment)
  const known = new Set(settings.repositories.map(({ id }) => id))
  const defaults = home === undefined ? [] : (await superRepositories(home, ctx)).filter(({ id }) => !known.has(id))
  const all = [...settings.repositories, ...defaults]
  if (all.length > 0) return unique(all.map((one) => reached(one, settings, ctx)))
  throw new FaultError({
    kind: "unavailable",
    source: "maven",
    why: "it is not installed, and ~/.m2/settings.xml has no active profile with a repository",
    remedy: "install maven, set MAVEN_HOME, or write a repository into a profile that is active",
  })
}

/** MAVEN_HOME, else what maven says itself, asked in the root folder, where no project's options are. */
async function mavenHome({ environment }: Context): Promise<string | undefined> {
  const given = environment["MAVEN_HOME"] || environment["M2_HOME"]
  if (given !== undefined && given !== "") return given
  const asked = await run({ program: "mvn", args: ["--version"], environment, folder: "/", outputBytesMax: 64 * 1024, secondsMax: 60 })
  const said = asked.ok && asked.value.code === 0 ? Buffer.from(asked.value.stdout).toString("utf8") : ""
  return /^Maven home: (\/.*?)\s*$/m.exec(said)?.[1]
}

async function settingsAt(path: string): Promise<Element | undefined> {
  const bytes = await readSmallFile(path, settingsBytesMax)
  return bytes === undefined ? undefined : xmlOf(path, bytes)
}

/** The super POM lies in the jar of maven's model builder ("Introduction to the POM", "Super POM"). */
async function superRepositories(home: string, ctx: Context): Promise<readonly Repository[]> {
  const isPom = (path: string): boolean => /^org\/apache\/maven\/model\/pom-4\.\d\.\d\.xml$/.test(path)
  for (const name of (await namesIn(join(home, "lib"))).filter((one) => /^maven-model-builder-[\w.-]+\.jar$/.test(one))) {
    const layer = join(home, "lib", name)
    const found = await contentsOf("zip", { layer, bytes: await fileSource(layer), limits: ctx.limits }, isPom)
    const [pom] = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => xmlOf(layer, bytes))
    const repositories = listAt(pom, "repositories", "repository").map((one) => ({
      id: textAt(one, "id") ?? "",
      url: textAt(one, "url") ?? "",
    }))
    if (repositories.length > 0) return repositories
  }
  return []
}

function reached(repository: Repository, settings: Settings, ctx: Context): Reached {
  const mirror = mirrorOf(repository, settings.mirrors)
  const { id, url } = mirror ?? repository
  const place = `maven's ${mirror === undefined ? "repository" : "mirror"} ${JSON.stringify(id)}`
  const isAddress = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
  if (!isAddress || mirror?.isBlocked === true)
    throw new FaultError({
      kind: "unavailable",
      source: place,
      why: isAddress ? "maven's settings block it" : `${JSON.stringify(placeOfAddress(url))} is no http(s) address`,
      remedy: "write the address of a repository into maven's settings",
    })
  const said =
    mirror === undefined ? [] : [`maven's settings have the mirror ${JSON.stringify(id)} stand in for ${JSON.stringify(repository.id)}`]
  return { id, url: url.replace(/\/*$/, "/"), access: accessTo(id, new URL(url), settings, ctx), said }
}

/** One mirror may stand in for several repositories. */
const unique = (all: readonly Reached[]): readonly Reached[] =>
  all.filter(({ url }, index) => all.findIndex((one) => one.url === url) === index)

/** The login of the server with the repository's id, for its own server alone; the settings' proxy, else the environment's. */
function accessTo(id: string, own: URL, { servers, proxies }: Settings, ctx: Context): Access {
  const environment = environmentAccess(ctx.environment)
  const server = servers.find((one) => one.id === id && one.user !== "" && !/^\{.*\}$/.test(one.password))
  return {
    ...environment,
    proxy(at) {
      const [proxy] = proxies.filter(({ protocol }) => `${protocol}:` === at.protocol).concat(proxies)
      if (proxy === undefined) return environment.proxy(at)
      return isExempt(at, proxy.exempt.replaceAll("|", ",")) ? undefined : proxyAddress(proxy.address, "maven's proxy")
    },
    authorization: (at) =>
      at.origin === own.origin ? (server === undefined ? ownLogin(own) : basic(server.user, server.password)) : undefined,
    login: `check that you may read it, and the server ${JSON.stringify(id)} in maven's settings (a password that maven encrypted is not read)`,
  }
}
