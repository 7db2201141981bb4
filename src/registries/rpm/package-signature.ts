import type { ByteSource } from "../../core/bytes.ts"
import { FaultError } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import type { Provenance } from "../../model/artifact.ts"
import { packageSignature } from "../rpm-signature.ts"
import { type Keys, keysAt, trustedKeys } from "../signature.ts"
import type { RpmRepository } from "./configuration.ts"

/** The repository's keys, and those that the user trusts. */
export const keysOf = async (files: readonly string[], ctx: Context): Promise<readonly Keys[]> => [
  ...(await Promise.all(files.map(keysAt))),
  ...(await trustedKeys(ctx)),
]

/**
 * What the package's own signatures say. The repository's keys count where it is configured to sign its packages (`gpgcheck`, dnf.conf(5)); there a package
 * without a signature is refused, as dnf does.
 */
export async function signatureOf(
  file: string,
  bytes: ByteSource,
  { id, arePackagesSigned, keyFiles, keyAddresses }: RpmRepository,
  ctx: Context,
): Promise<Pick<Provenance, "chain" | "notLookedAt" | "signature">> {
  const keys = await keysOf(arePackagesSigned ? keyFiles : [], ctx)
  const { count, ...said } = await packageSignature(file, bytes, keys, ctx)
  if (count === 0 && arePackagesSigned)
    throw new FaultError({
      kind: "mismatch",
      source: file,
      expected: `a signature, as the .repo file of ${id} demands (gpgcheck)`,
      found: "none",
    })
  const unfetched =
    said.signature?.kind === "unknown-key" && arePackagesSigned && keyAddresses.length > 0
      ? [
          `the keys of ${id} at addresses (gpgkey) were not fetched, as nobody has agreed to them: download them and give them with --keyring FILE`,
        ]
      : []
  const unsigned = count === 0 ? [`${file} has no signature of its own, and its .repo file does not ask for one (gpgcheck)`] : []
  return { ...said, notLookedAt: [...said.notLookedAt, ...unfetched, ...unsigned] }
}
