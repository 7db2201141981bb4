import { shellWord } from "../../core/shell.ts"
import type { LockedPackage } from "../../model/replay.ts"
import { lockedByBun } from "./bun-lock.ts"
import type { Locked } from "./locked.ts"
import { lockedByNpm } from "./package-lock.ts"
import { lockedByPnpm } from "./pnpm-lock.ts"
import { buns, named, npmPackage, pnpmFor, yarnBerryFor, yarnPackage } from "./tools.ts"
import { lockedByYarnBerry } from "./yarn-berry-lock.ts"
import { lockedByYarn } from "./yarn-lock.ts"

/** Who installs what a lock file names, and how. */
export interface Managed {
  readonly manager: "npm" | "pnpm" | "yarn" | "bun"
  readonly locked: Locked
  readonly install: string
  /** The packages that it is itself, and npm, which packs; undefined: there is none for this architecture. */
  readonly tools: readonly (LockedPackage | undefined)[]
  /** The version of the manager that the project names, where another is run. */
  readonly stated?: string | undefined
}

/** What a lock file is read with. */
export interface LockFacts {
  readonly text: string
  /** The release's folder, from that of the lock file: "." for the same. */
  readonly project: string
  /** What the project names as its package manager. */
  readonly packageManager: string | undefined
  /** `.yarnrc.yml` beside the lock file. */
  readonly yarnrc: string | undefined
  readonly architecture: string
}

const byNpm = ({ text, architecture }: LockFacts): Managed => ({
  manager: "npm",
  locked: lockedByNpm(text, architecture),
  install: "npm ci",
  tools: [npmPackage],
})

/** Lock files, the one that counts most first; a text says why one is not read. */
export const lockFiles = {
  "pnpm-lock.yaml": ({ text, project, packageManager, architecture }: LockFacts): Managed => {
    const locked = lockedByPnpm(text, project === "." ? ["."] : [".", project], architecture)
    const filters = (locked.projects ?? []).map((one) => `--filter ${shellWord(`{${one === "." ? "." : `./${one}`}}`)}`)
    const install = `pnpm install --frozen-lockfile ${filters.join(" ")}`.trim()
    return { manager: "pnpm", locked, install, tools: [npmPackage, pnpmFor(packageManager, locked.format)] }
  },
  "npm-shrinkwrap.json": byNpm,
  "package-lock.json": byNpm,
  "yarn.lock": (facts: LockFacts): Managed => (/^__metadata:/m.test(facts.text) ? byYarnBerry(facts) : byYarn(facts)),
  "bun.lock": ({ text, packageManager, architecture }: LockFacts): Managed => ({
    manager: "bun",
    locked: lockedByBun(text, architecture),
    install: "bun install --frozen-lockfile --ignore-scripts",
    tools: [npmPackage, buns[architecture]],
    stated: named(packageManager, "bun")?.version,
  }),
  "bun.lockb": "it is locked by bun.lockb, which is binary and not read; bun writes a bun.lock in its place since 1.2",
} as const satisfies Record<string, string | ((facts: LockFacts) => Managed)>

const byYarn = ({ text }: LockFacts): Managed => ({
  manager: "yarn",
  locked: lockedByYarn(text),
  install: "yarn install --frozen-lockfile --ignore-scripts --ignore-engines --non-interactive",
  tools: [npmPackage, yarnPackage],
})

/** It installs by the lock file and writes what another version of yarn would write otherwise: that is put back. */
function byYarnBerry({ text, packageManager, yarnrc, architecture }: LockFacts): Managed {
  const locked = lockedByYarnBerry(text, architecture)
  return { manager: "yarn", locked, install: "yarn install", tools: [npmPackage, yarnBerryFor(packageManager, yarnrc, locked.format)] }
}
