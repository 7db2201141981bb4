import { auditSbom, type Format, isSbom, type SbomAudit, sbomForms, type Verdict } from "../index.ts"
import { exitCodes, failWith, verdictExit } from "./exit.ts"
import { auditFailOn } from "./options.ts"
import { contextOf, type MachineOptions, print, type RequestOptions, verdictCode } from "./release.ts"
import { lookOf } from "./terminal.ts"

interface Options extends MachineOptions, RequestOptions {
  readonly policy?: string | undefined
  readonly reviews?: string | undefined
  readonly yara?: readonly string[] | undefined
  readonly attest?: string | undefined
  readonly dependencies: boolean
  readonly color: boolean
  readonly list?: number | undefined
  readonly failOn?: Verdict | undefined
}

/** Audits a CycloneDX SBOM and gives back the exit code; undefined where the artifact is none. */
export async function auditedSbom(path: string, options: Options): Promise<number | undefined> {
  if (!path.endsWith(".json")) return undefined
  const { ctx, clear } = contextOf(options)
  const found = await isSbom(path, ctx)
  if (!found.ok) return failWith(found.fault)
  if (!found.value) return undefined
  const form = formOf(options.format)
  if (form === undefined || ofOneRelease(options)) return failWith(refused)
  const result = await auditSbom(
    { path, policy: options.policy, reviewFolder: options.reviews, yara: options.yara, replay: options.replay },
    ctx,
  )
  clear()
  if (!result.ok) return failWith(result.fault)
  const { audited, failOn = auditFailOn } = result.value
  const look = lookOf({ color: options.color, list: options.list, toFile: options.output !== undefined })
  const failed = await print(form(audited, look), options.output)
  if (failed !== undefined) return failWith(failed)
  // The policy may ask more of one package than of the rest.
  const strict = audited.components.find(
    ({ verdict, failOn: own = failOn }) => verdictExit(verdict, options.failOn ?? own) === exitCodes.verdict,
  )
  return strict === undefined
    ? verdictCode(audited.verdict, options.failOn ?? failOn)
    : verdictCode(strict.verdict, options.failOn ?? strict.failOn ?? failOn)
}

const formOf = (format: Format): ((audited: SbomAudit, look: ReturnType<typeof lookOf>) => string) | undefined =>
  format === "text" || format === "json" ? sbomForms[format] : undefined

const ofOneRelease = ({ repository, subdirectory, submodule, previous, attest, dependencies }: Options): boolean =>
  dependencies || [repository, subdirectory, submodule, previous, attest].some((one) => one !== undefined)

const refused = {
  kind: "usage",
  why: "an SBOM is of many packages: repository, earlier release, dependencies and attestation are of one, and its forms are text and json",
  remedy: "name repositories by package in the policy, or audit one package",
} as const
