import type { Context } from "../../io/context.ts"
import { readSmallFile } from "../../io/files.ts"
import { type Access, environmentAccess, ownLogin, proxyAddress } from "../../io/http.ts"
import type { Configuration } from "./schema.ts"

const certificatesBytesMax = 4 << 20

export interface CargoAccess extends Access {
  /** The same, and the token for the server that the index names for its crates. */
  alsoFor(address: string): Access
}

interface Given {
  readonly settings: Configuration
  readonly token: string | undefined
  readonly name: string
}

/** How cargo reaches a registry (doc.rust-lang.org/cargo, "Configuration", [http], and "Registry Authentication"). */
export async function cargoAccess(index: string, { settings, token, name }: Given, ctx: Context): Promise<CargoAccess> {
  const environment = environmentAccess(ctx.environment)
  const own = new URL(index)
  const proxy = ctx.environment["CARGO_HTTP_PROXY"] || settings.http?.proxy
  const file = ctx.environment["CARGO_HTTP_CAINFO"] || settings.http?.cainfo
  const bytes = file === undefined || file === "" ? undefined : await readSmallFile(file, certificatesBytesMax)
  const found = Buffer.from(bytes ?? "")
    .toString("utf8")
    .match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  const accessTo = (origins: readonly string[]): Access => ({
    proxy: (at) => (proxy === undefined || proxy === "" ? environment.proxy(at) : proxyAddress(proxy, "cargo's http.proxy")),
    authorization: (at) => (origins.includes(at.origin) ? token : undefined) ?? (at.origin === own.origin ? ownLogin(own) : undefined),
    certificates: () => found ?? undefined,
    login: `check that you may read it, and the token of ${JSON.stringify(name)} in CARGO_HOME/credentials.toml`,
  })
  return {
    ...accessTo([own.origin]),
    // Over plain http only to the server of an index that is configured so.
    alsoFor: (address) => {
      const at = URL.canParse(address) ? new URL(address) : undefined
      return accessTo(at?.protocol === "https:" ? [own.origin, at.origin] : [own.origin])
    },
  }
}
