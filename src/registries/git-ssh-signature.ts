import type { SignatureCheck } from "../io/git-signatures.ts"
import type { AllowedSigner } from "./allowed-signers.ts"
import { signatureBytesMax } from "./signature.ts"
import { readSshSignature, verifySsh } from "./ssh-signature.ts"

/** Checks signatures of commits and tags with these signers, as git does (gpg.ssh.allowedSignersFile, git-config(1)): in the namespace `git`, at the date that the object states. */
export function gitSshSignatureCheck(signers: readonly AllowedSigner[]): SignatureCheck {
  const byKey = Map.groupBy(signers, ({ key }) => key)
  return async (_, { payload, signature, stated }) => {
    const read = signature.byteLength > signatureBytesMax ? undefined : readSshSignature(signature)
    if (read === undefined) return { kind: "unreadable" }
    const own = byKey.get(read.key.toString("base64"))
    if (own === undefined) return { kind: "unknown-key" }
    const verdict = verifySsh(payload, "git", read)
    if (verdict !== "valid") return { kind: verdict }
    const allowed = own.filter(({ mayGit, after, before }) => mayGit && after <= stated * 1000 && stated * 1000 <= before)
    const [first] = allowed
    if (first === undefined) return { kind: "not-allowed" }
    return {
      kind: "valid",
      signers: [{ fingerprint: first.fingerprint, addresses: [...new Set(allowed.flatMap(({ principals }) => principals))] }],
    }
  }
}
