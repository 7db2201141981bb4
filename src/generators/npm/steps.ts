import type { Managed } from "./lock-files.ts"
import type { Manifest } from "./manifest.ts"

/** One command of a release. */
export interface Step {
  readonly command: string
  /** In the folder of the release, or in the workspace's top folder. */
  readonly at: "own" | "top"
  /** Left out when all these paths are there. */
  readonly unless: readonly string[]
}

export interface StepFacts {
  readonly manager: Managed["manager"]
  readonly manifest: Manifest
  /** Of the workspace's top folder, where that is another one. */
  readonly top: Manifest | undefined
  /** Paths that the manifest names and the commit lacks. */
  readonly missing: readonly string[]
  readonly version: string | undefined
}

/** What `npm publish` runs before it packs, in its order (npm's documentation, "scripts", "Life Cycle Operation Order"). */
const lifecycle = ["prepublishOnly", "prepack", "prepare"] as const

/** What is run before packing: the workspace's build, the scripts of the life cycle and, where those leave out what the manifest names, `build`. */
export function stepsFor({ manager, manifest, top, missing, version }: StepFacts): readonly Step[] {
  const { scripts = {} } = manifest
  const has = (name: string): boolean => Object.hasOwn(scripts, name)
  const run = (name: string): Step => ({ command: `${manager} run ${name}`, at: "own", unless: [] })
  const build = top !== undefined && Object.hasOwn(top.scripts ?? {}, "build") ? [{ ...run("build"), at: "top" } as const] : []
  const before = [...build, ...lifecycle.filter(has).map(run)]
  const bumped = usesSemanticRelease(manifest) && version !== undefined && manifest.version !== version
  return [
    // @semantic-release/npm, lib/prepare.js
    ...(bumped ? [{ command: 'npm version "$VERSION" --no-git-tag-version --allow-same-version', at: "own", unless: [] } as const] : []),
    ...before,
    ...(has("build") && missing.length > 0 ? [{ ...run("build"), unless: before.length === 0 ? [] : missing }] : []),
  ]
}

/** It writes the version of a release into package.json without a commit. */
const usesSemanticRelease = ({ devDependencies = {}, release }: Manifest): boolean =>
  release !== undefined || Object.hasOwn(devDependencies, "semantic-release")
