import type { Downloaded } from "../io/http.ts"
import type { LockedPackage } from "../model/replay.ts"

/** Packages that a procedure is made with, as their registry is configured on this machine. */
export interface PackageSource {
  /** With the digest that the registry promises, where nothing else states one; without, when the registry has no such package. */
  promised(wanted: LockedPackage): Promise<LockedPackage>
  /** Whether the registry says that it has no such package or version. */
  lacks(wanted: LockedPackage): Promise<boolean>
  /** The archive; bytes of another digest are a fault. `offline`: only what is in the cache. */
  download(wanted: LockedPackage, offline: boolean): Promise<Downloaded>
}
