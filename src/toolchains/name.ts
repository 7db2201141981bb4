import { FaultError } from "../core/fault.ts"

export interface ToolchainName {
  readonly suite: string
  /** The source package whose build dependencies are in it too. */
  readonly source: string | undefined
}

/** `SUITE` or `SUITE+SOURCE`. A name becomes part of a path: nothing else gets through. */
export function parseToolchainName(text: string): ToolchainName {
  const [, suite, source] = /^([a-z][a-z0-9-]{0,60})(?:\+([a-z0-9][a-z0-9+.-]{1,100}))?$/.exec(text) ?? []
  if (suite !== undefined) return { suite, source }
  throw new FaultError({
    kind: "usage",
    why: `${JSON.stringify(text.slice(0, 200))} is no toolchain's name`,
    remedy: "write SUITE or SUITE+SOURCE, as in trixie or trixie+xz-utils",
  })
}

export const shownName = ({ suite, source }: ToolchainName): string => (source === undefined ? suite : `${suite}+${source}`)
