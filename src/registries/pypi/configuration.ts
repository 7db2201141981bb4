import { FaultError } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { readSmallFile } from "../../io/files.ts"
import { type Access, environmentAccess, ownLogin, placeOfAddress } from "../../io/http.ts"
import { run } from "../../io/run.ts"

const certificatesBytesMax = 4 << 20

/** The index that pip is configured for, and how it is reached. */
export interface PipConfiguration {
  /** Ends with a slash. */
  readonly index: string
  readonly access: Access
  readonly notLookedAt: readonly string[]
}

/** Read from the environment, else from pip's own answer, asked in the root folder, where no project can give it. */
export async function pipConfiguration(ctx: Context): Promise<PipConfiguration> {
  const certificates = ctx.offline ? "" : (ctx.environment["PIP_CERT"] ?? setting("cert", ctx))
  // An index beside it could have other files of the same name: pip would choose among both.
  const further = ctx.environment["PIP_EXTRA_INDEX_URL"] ?? setting("extra-index-url", ctx)
  const index = await indexOf(ctx)
  return {
    index,
    access: await accessOf(index, await certificates, ctx),
    notLookedAt: (await further) === "" ? [] : ["pip's further indexes (extra-index-url) were not searched"],
  }
}

/** The environment's word, else pip's own: of its files, else its default, which only pip knows. */
async function indexOf(ctx: Context): Promise<string> {
  const given = ctx.environment["PIP_INDEX_URL"] ?? ((await setting("index-url", ctx)) || (await defaultIndex(ctx)))
  const address = given.trim().replace(/\/*$/, "/")
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address
  throw new FaultError({
    kind: "unavailable",
    source: "pip",
    why: `its index ${JSON.stringify(placeOfAddress(address))} is no address`,
    remedy: "set it with `pip config set global.index-url ADDRESS`, or PIP_INDEX_URL",
  })
}

const setting = async (name: string, ctx: Context): Promise<string> => (await askPip(["config", "get", `global.${name}`], ctx)).trim()

const defaultIndex = async (ctx: Context): Promise<string> =>
  /\(default (https?:\/\/\S+)\)/.exec((await askPip(["download", "--help"], ctx)).replace(/\s+/g, " "))?.[1] ?? ""

/** What pip answered, by the environment that it was asked in: an SBOM may have thousands of Python packages, and each question takes half a second. */
const answered = new WeakMap<Context["environment"], Map<string, Promise<string>>>()

function askPip(args: readonly string[], { environment }: Context): Promise<string> {
  const known = answered.get(environment) ?? new Map<string, Promise<string>>()
  answered.set(environment, known)
  const question = args.join(" ")
  const answer = known.get(question) ?? answerOf(args, environment)
  known.set(question, answer)
  return answer
}

/** Nothing where there is none, or no pip. */
async function answerOf(args: readonly string[], environment: Context["environment"]): Promise<string> {
  const call = { program: "python3", args: ["-m", "pip", ...args], environment, folder: "/", outputBytesMax: 1 << 20, secondsMax: 60 }
  const asked = await run(call)
  return asked.ok && asked.value.code === 0 ? Buffer.from(asked.value.stdout).toString("utf8") : ""
}

/** The environment's proxies; the login that stands in the index's address, for that server alone; pip's certificates (`cert`). */
async function accessOf(index: string, file: string, ctx: Context): Promise<Access> {
  const own = new URL(index)
  const bytes = file === "" ? undefined : await readSmallFile(file, certificatesBytesMax)
  const found =
    bytes === undefined
      ? null
      : Buffer.from(bytes)
          .toString("utf8")
          .match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  return {
    ...environmentAccess(ctx.environment),
    authorization: (at) => (at.origin === own.origin ? ownLogin(own) : undefined),
    certificates: () => found ?? undefined,
    login: `check that you may read it, and the login in pip's index-url for ${own.host}`,
  }
}
