import type { Context } from "../../io/context.ts"
import { readSmallFile } from "../../io/files.ts"
import { type Access, environmentAccess, ownLogin, proxyAddress } from "../../io/http.ts"
import type { Configuration } from "./schema.ts"

const certificatesBytesMax = 4 << 20

/** The registry's token for the servers of these addresses, and for no other. */
export type CargoAccess = (tokenFor: readonly string[]) => Access

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
  // Never over plain http where the index itself is asked over https.
  const isKept = ({ protocol }: URL): boolean => protocol === "https:" || protocol === own.protocol
  const originsOf = (addresses: readonly string[]): ReadonlySet<string> =>
    new Set(
      addresses
        .filter((one) => URL.canParse(one))
        .map((one) => new URL(one))
        .filter(isKept)
        .map(({ origin }) => origin),
    )
  const accessTo = (origins: ReadonlySet<string>): Access => ({
    proxy: (at) => (proxy === undefined || proxy === "" ? environment.proxy(at) : proxyAddress(proxy, "cargo's http.proxy")),
    authorization: (at) => (origins.has(at.origin) ? token : undefined) ?? (at.origin === own.origin ? ownLogin(own) : undefined),
    certificates: () => found ?? undefined,
    login: `check that you may read it, and the token of ${JSON.stringify(name)} in CARGO_HOME/credentials.toml`,
  })
  return (tokenFor) => accessTo(originsOf(tokenFor))
}
