import { FaultError, faultsOf, type Result } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import { diskFaults } from "../io/disk-fault.ts"
import { discardToolchain, storedToolchains } from "../io/toolchain-store.ts"
import type { Toolchain } from "../model/toolchain.ts"

export { buildToolchain } from "./build.ts"
export { planToolchain, type ToolchainPlan } from "./plan.ts"
export { toolVersions } from "./versions.ts"

/** Every complete toolchain on this machine, by name, the newest first. */
export const listToolchains = (ctx: Context): Promise<readonly Toolchain[]> => storedToolchains(ctx)

/** The newest complete toolchain of a name. Asks nobody. */
export const cachedToolchain = async (name: string, ctx: Context): Promise<Toolchain | undefined> => (await storedToolchains(ctx, name))[0]

/** Removes every toolchain of a name, or the one whose digest begins so; gives back the bytes freed. */
export async function removeToolchain(nameOrDigest: string, ctx: Context): Promise<Result<number>> {
  const isDigest = /^[0-9a-f]{8,64}$/.test(nameOrDigest)
  const removed = await diskFaults(ctx.cache, () =>
    faultsOf(async () => {
      const found = (await storedToolchains(ctx)).filter(
        ({ name, digest }) => name === nameOrDigest || (isDigest && digest.startsWith(nameOrDigest)),
      )
      if (found.length === 0) {
        const why = `there is no toolchain ${JSON.stringify(nameOrDigest.slice(0, 200))}`
        throw new FaultError({ kind: "usage", why, remedy: "`everybyte toolchain list` names those there are" })
      }
      let bytes = 0
      for (const one of found) bytes += await discardToolchain(one, ctx)
      return bytes
    }),
  )
  return removed.ok ? removed.value : removed
}
