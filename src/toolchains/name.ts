import { FaultError } from "../core/fault.ts"

export interface ToolchainName {
  readonly suite: string
  /** The set of ours (`toolSets`) that is in it too. */
  readonly set: string | undefined
  /** The source package whose build dependencies are in it too. */
  readonly source: string | undefined
}

/** `SUITE`, `SUITE+SOURCE` or `SUITE:SET`. A name becomes part of a path: nothing else gets through. */
export function parseToolchainName(text: string): ToolchainName {
  const [, suite, set, source] = /^([a-z][a-z0-9-]{0,60})(?::([a-z]{1,20})|\+([a-z0-9][a-z0-9+.-]{1,100}))?$/.exec(text) ?? []
  if (suite !== undefined) return { suite, set, source }
  throw new FaultError({
    kind: "usage",
    why: `${JSON.stringify(text.slice(0, 200))} is no toolchain's name`,
    remedy: "write SUITE, SUITE+SOURCE or SUITE:SET, as in trixie, trixie+xz-utils or trixie:python",
  })
}

export const shownName = ({ suite, set, source }: ToolchainName): string =>
  `${suite}${set === undefined ? "" : `:${set}`}${source === undefined ? "" : `+${source}`}`
