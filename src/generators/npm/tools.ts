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

/** The one for projects that do not say which they use. */
const pnpmPackage: LockedPackage = {
  name: "pnpm",
  version: "10.34.9",
  integrity: "sha512-9JtajqD97bRLs8DB1ldQkqU8KVDZW3rRXfEfF5dId6LeOgHAfpNOmyjOcW5RwJqUlixzBtCb4uHksYqMh2L9Mg==",
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

/**
 * The pnpm that "packageManager" names: `pnpm@11.21.0+sha512.HEX`, the digest of its tarball (Node's documentation, "packageManager"). Without a digest,
 * what the registry promises counts.
 */
export function pnpmFor(packageManager: string | undefined): LockedPackage {
  const [, version, hex] = /^pnpm@(\d+\.\d+\.\d+[\w.-]*)(?:\+sha512\.([0-9a-f]{128}))?$/.exec(packageManager ?? "") ?? []
  if (version === undefined) return pnpmPackage
  if (version === pnpmPackage.version) return pnpmPackage
  return { name: "pnpm", version, integrity: hex === undefined ? undefined : `sha512-${Buffer.from(hex, "hex").toString("base64")}` }
}
