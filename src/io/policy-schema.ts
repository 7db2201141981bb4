import { PackageURL } from "packageurl-js"
import { z } from "zod"
import { dangers } from "../model/ledger.ts"
import { weights } from "../model/policy.ts"

const textMax = 4096
const Text = z.string().min(1).max(textMax)
const Day = z.iso.date()
const Digest = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 in 64 lower-case hexadecimal digits")
const Weight = z.enum(weights)

const Exemption = z
  .strictObject({
    path: Text.describe("The entry, without the archive's root; for a finding of the whole release, the artifact's name."),
    sha256: Digest.describe("Of its bytes: other bytes at that path are not exempt."),
    rule: Text.optional().describe("Only the findings of this rule; left out, what is left to read of the entry."),
    reason: Text,
    owner: Text.describe("Who takes the risk."),
    expires: Day.describe("The first day on which it no longer holds."),
  })
  .describe("A risk that somebody takes on, of these bytes only, for a time.")

const settings = {
  failOn: z
    .enum(["undetermined", "review", "alarm"])
    .optional()
    .describe("The verdict at which an audit exits with 1; --fail-on comes before it."),
  toReadMax: z.int().nonnegative().optional().describe("More left to read than this is an alarm."),
  rules: z.record(Text, Weight).optional().describe("What a rule's finding makes of the verdict, by the rule's id."),
  unexplained: z
    .partialRecord(z.enum(dangers), Weight)
    .optional()
    .describe("What an entry that is left to read makes of the verdict, by where it sits; left out: review."),
  undetermined: Weight.optional().describe("What could not be looked at makes of the verdict; left out: undetermined."),
  origins: z.array(Text).optional().describe("The only known origins whose files explain; left out: each that is listed as upstream."),
  generators: z.array(Text).optional().describe("The only generators that may have made files; left out: each."),
  signers: z
    .array(z.string().regex(/^[0-9A-Fa-f]{40,64}$/, "an OpenPGP fingerprint in hexadecimal digits"))
    .optional()
    .describe("Fingerprints of the only keys whose release signature will do; empty: none is asked for."),
  exemptions: z.array(Exemption).optional(),
}

const Package = z.strictObject({
  ...settings,
  repository: Text.optional().describe("Where its source is: an address, or a path from the policy's folder."),
  subdirectory: Text.optional().describe("The folder of the repository that the release is made of."),
  submodules: z.record(Text, Text).optional().describe("Repositories of submodules, by path."),
})

const Purl = z
  .string()
  .max(textMax)
  .refine((text) => isPurl(text), "a package URL without a version, as in pkg:npm/semver")

export const purlOf = (text: string): string => PackageURL.fromString(text).toString()

function isPurl(text: string): boolean {
  try {
    return PackageURL.fromString(text).version == null
  } catch {
    return false // the library throws for what is malformed
  }
}

/** The file that a user writes (docs: `schema/policy.schema.json`, made of this). */
export const PolicyFile = z.strictObject({
  $schema: z.string().optional().describe("For editors."),
  schema: z.literal("everybyte.policy/1"),
  ...settings,
  reviewers: z
    .array(z.strictObject({ name: Text, key: z.string().max(textMax).describe("Ed25519 public key, SPKI in PEM.") }))
    .optional()
    .describe("Whose signed reviews count."),
  packages: z
    .record(Purl, Package)
    .optional()
    .describe("Settings of single packages, by package URL without a version; they come before those above."),
})
export type PolicyFile = z.infer<typeof PolicyFile>
export type PackageFile = z.infer<typeof Package>
