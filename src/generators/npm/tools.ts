import type { LockedPackage } from "../../model/replay.ts"

/**
 * Node, npm and pnpm as they are put into the sandbox: packages of the registry, with the digests that it promised on the day that this table was written. What a version
 * changes in what a build gives shows as a difference; which was run is in the report.
 */
const nodes: readonly { readonly version: string; readonly integrity: Readonly<Record<string, string>> }[] = [
  {
    version: "24.21.0",
    integrity: {
      x64: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
      arm64: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
    },
  },
  {
    version: "22.23.3",
    integrity: {
      x64: "sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==",
      arm64: "sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==",
    },
  },
  {
    version: "20.20.2",
    integrity: {
      x64: "sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==",
      arm64: "sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==",
    },
  },
]

export const npmPackage: LockedPackage = {
  name: "npm",
  version: "11.21.2",
  integrity: "sha512-7HPApk+AflMUavSseL1Pm6CnYqMIHk53x+KmuhqmTDqPkjPMgxIpTPcTqsE91EKNw4gFBJV9fnXiSdGm1DXq9A==",
}

/** Those for projects that do not say which they use, by the version of the lock file. */
const pnpms: Readonly<Record<6 | 9, LockedPackage>> = {
  9: {
    name: "pnpm",
    version: "10.34.9",
    integrity: "sha512-9JtajqD97bRLs8DB1ldQkqU8KVDZW3rRXfEfF5dId6LeOgHAfpNOmyjOcW5RwJqUlixzBtCb4uHksYqMh2L9Mg==",
  },
  6: {
    name: "pnpm",
    version: "8.15.9",
    integrity: "sha512-SZQ0ydj90aJ5Tr9FUrOyXApjOrzuW7Fee13pDzL0e1E6ypjNXP0AHDHw20VLw4BO3M1XhQHkyik6aBYWa72fgQ==",
  },
}

/** The last of its kind. */
export const yarnPackage: LockedPackage = {
  name: "yarn",
  version: "1.22.22",
  integrity: "sha512-prL3kGtyG7o9Z9Sv8IPfBNrWTDmXB4Qbes8A9rEzt6wkJV8mUvoirjU0Mp3GGAU06Y0XQyA3/2/RQFVuK7MTfg==",
}

/** The newest, and the last that writes lock files of version 6. */
const yarnBerries: Readonly<Record<"newest" | "older", LockedPackage>> = {
  newest: {
    name: "@yarnpkg/cli-dist",
    version: "4.18.1",
    integrity: "sha512-EH+A4TxAtBWXKE0DGQxW9Bo9crXHLJ73mfxjTQJuv8XonNWWTpei8BQ5JjczHJNU9GROTycwMFn8iOvRIZXUcA==",
  },
  older: {
    name: "@yarnpkg/cli-dist",
    version: "3.8.7",
    integrity: "sha512-YMoAlLR9f+kxXjK72ggBIidi3ulQQrQpMSxzrLUt0OUk9Xdst2v26LBSYFlzOm+7KRNWgYIJpFjA8uRnCgB5xQ==",
  },
}

/**
 * Always this one, as the older that a project names may not start: 1.2 reserves more memory than a run may write to. On x64 the one that asks least of the processor.
 */
export const buns: Readonly<Record<string, LockedPackage>> = {
  x64: {
    name: "@oven/bun-linux-x64-baseline",
    version: "1.4.5",
    integrity: "sha512-s8yMwYcFnnrA178gji0gZbkE2WVDej/Ti1x770oPfihxyRxSMNhGhiAQNXV53aDeraZxksdvKV/RAdQBCd0qPA==",
  },
  arm64: {
    name: "@oven/bun-linux-aarch64",
    version: "1.4.5",
    integrity: "sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==",
  },
}

/** The Node of the table that a project's words (`.nvmrc`, `.node-version`, "engines") ask for: the newest that they do not exclude. */
export function nodeFor(words: readonly (string | undefined)[], architecture: string): LockedPackage | undefined {
  const fitting = words.flatMap((one) =>
    one === undefined ? [] : [nodes.filter(({ version }) => mayBe(one, Number.parseInt(version, 10)))],
  )
  const chosen = fitting.find((some) => some.length > 0)?.[0] ?? nodes[0]
  const integrity = chosen?.integrity[architecture]
  if (chosen === undefined || integrity === undefined) return undefined
  return { name: `node-linux-${architecture}`, version: chosen.version, integrity }
}

/** Whether a range may mean a major version. Only majors are looked at, as the table has one version of each. */
function mayBe(range: string, major: number): boolean {
  return range
    .slice(0, 500)
    .split("||")
    .some((alternative) => {
      const parts = [...alternative.matchAll(/([<>]?=?|\^|~)\s*v?(\d{1,4})(?:\.(\d{1,6}|x|\*))?/g)].filter(
        ({ index }) => !/[\d.]/.test(alternative[index - 1] ?? " "),
      )
      return (
        parts.length > 0 &&
        parts.every(([, sign = "", number = ""]) => {
          if (sign.startsWith(">")) return major >= Number(number)
          if (sign === "<") return major < Number(number)
          return sign === "<=" ? major <= Number(number) : major === Number(number)
        })
      )
    })
}

/** `NAME@1.2.3`, with `+sha512.HEX`, the digest of its tarball, after it or not (Node's documentation, "packageManager"). Without one, what the registry promises counts. */
export function named(packageManager: string | undefined, manager: string): Omit<LockedPackage, "name"> | undefined {
  const [, name, version, hex] = /^([a-z]+)@(\d+\.\d+\.\d+[\w.-]*)(?:\+sha512\.([0-9a-f]{128})|\+.*)?$/.exec(packageManager ?? "") ?? []
  if (name !== manager || version === undefined) return undefined
  return { version, integrity: hex === undefined ? undefined : `sha512-${Buffer.from(hex, "hex").toString("base64")}` }
}

/** One of the table where it is that version, as its digest was looked at before. */
const ofVersion = (name: string, wanted: Omit<LockedPackage, "name">, known: readonly LockedPackage[]): LockedPackage =>
  known.find((one) => one.version === wanted.version) ?? { name, ...wanted }

export function pnpmFor(packageManager: string | undefined, format: 6 | 9 = 9): LockedPackage {
  const wanted = named(packageManager, "pnpm")
  return wanted === undefined ? pnpms[format] : ofVersion("pnpm", wanted, Object.values(pnpms))
}

/**
 * The yarn that packageManager names, or the path of the one that the project carries in itself; else what writes lock files of this version. The digest that may stand there is of
 * another file.
 */
export function yarnBerryFor(packageManager: string | undefined, yarnrc: string | undefined, format = 8): LockedPackage {
  const carried = /^yarnPath: "?\.yarn\/releases\/yarn-(\d{1,4}\.\d{1,4}\.\d{1,4}[\w.-]{0,40})\.cjs"?$/m.exec(yarnrc ?? "")?.[1]
  const version = named(packageManager, "yarn")?.version ?? carried ?? "1"
  if (Number.parseInt(version, 10) === 1) return format > 6 ? yarnBerries.newest : yarnBerries.older
  return ofVersion("@yarnpkg/cli-dist", { version, integrity: undefined }, Object.values(yarnBerries))
}
