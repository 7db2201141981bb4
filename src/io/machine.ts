import { FaultError } from "../core/fault.ts"

/** Debian's names of the architectures that Node runs on (Debian Policy, 11.1). */
const architectures: ReadonlyMap<string, string> = new Map([
  ["x64", "amd64"],
  ["arm64", "arm64"],
  ["arm", "armhf"],
  ["ia32", "i386"],
  ["ppc64", "ppc64el"],
  ["s390x", "s390x"],
  ["riscv64", "riscv64"],
  ["loong64", "loong64"],
])

/** What Node calls this machine's architecture. */
export const machineArchitecture = (): string => process.arch

/** What Debian calls this machine's architecture. */
export function debianArchitecture(): string {
  const found = architectures.get(process.arch)
  if (found !== undefined) return found
  throw new FaultError({
    kind: "unavailable",
    source: "this machine",
    why: `Debian has no packages for ${process.arch}`,
    remedy: "run on another machine",
  })
}
