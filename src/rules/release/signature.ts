import type { Artifact } from "../../model/artifact.ts"
import type { Answer, Rule } from "../rule.ts"

/**
 * Does a detached signature of the release not fit it? `absent` therefore means: one was verified. That none is published, or none could
 * be checked, is `not-assessed`: most projects sign nothing, so it is no finding, and it is no good news either.
 */
export const releaseSignature: Rule = {
  id: "release/signature",
  version: 1,
  question: "Is there a signature of the release that does not fit its bytes?",
  check: ({ artifact }) => (artifact.format === "directory" ? ofFolder : answer(artifact)),
}

const ofFolder: Answer = { outcome: "not-applicable", why: "a folder is not what a publisher signs" }

function answer({ name, sha256, provenance: { signature, notLookedAt } }: Artifact): Answer {
  switch (signature?.kind) {
    case "valid":
      return { outcome: "absent", why: `valid, by ${signature.fingerprint} (key from ${signature.keyFrom})` }
    case "weak":
      return { outcome: "not-assessed", why: `the signature by ${signature.fingerprint} fits and is not relied on: ${signature.why}` }
    case "unknown-key":
      return { outcome: "not-assessed", why: `its key ${signature.keyId} is not known here; --keyring FILE gives it` }
    case undefined:
      return { outcome: "not-assessed", why: unchecked(notLookedAt) }
    case "bad": {
      const message = `the release signature by ${signature.fingerprint} is bad: ${signature.why}`
      const evidence = [
        { what: "the release", where: name, digest: `sha256:${sha256}` },
        {
          what: "the key that its signature names",
          where: "the keys that were given or kept beside it",
          digest: `openpgp:${signature.fingerprint}`,
        },
      ]
      return { outcome: "present", why: message, findings: [{ severity: "alarm", message, at: { path: name }, evidence }] }
    }
  }
}

/** What whoever fetched the release said of its signatures; where that is nothing, none stood where it was looked for. */
function unchecked(notLookedAt: readonly string[]): string {
  const said = notLookedAt.filter((line) => /\bsignatures?\b/.test(line))
  return said.length > 0 ? said.join("; ") : "no signature was found beside the release"
}
