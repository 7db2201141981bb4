import { assert } from "../core/assert.ts"
import type { Finding, RuleOutcome } from "../model/finding.ts"
import type { Inspection } from "../model/inspection.ts"
import type { YaraScan } from "../model/yara.ts"
import { binaryAuditInterface } from "./binary/audit-interface.ts"
import { binaryConstructor } from "./binary/constructor.ts"
import { binaryForeignImport } from "./binary/foreign-import.ts"
import { binaryIfunc } from "./binary/ifunc.ts"
import { binaryInterposer } from "./binary/interposer.ts"
import { binaryRelocation } from "./binary/relocation.ts"
import { binaryWritableExecutable } from "./binary/writable-executable.ts"
import { capabilityAdded } from "./capability/added.ts"
import { capabilityNewDestination } from "./capability/new-destination.ts"
import { capabilityPersists } from "./capability/persists.ts"
import { capabilityWrapsCompiler } from "./capability/wraps-compiler.ts"
import { flowBuiltCommand } from "./flow/built-command.ts"
import { flowFetchedRuns } from "./flow/fetched-runs.ts"
import { flowLiteralRuns } from "./flow/literal-runs.ts"
import { flowOpaqueRuns } from "./flow/opaque-runs.ts"
import { flowSearchNamesOpaque } from "./flow/search-names-opaque.ts"
import { flowSecretLeaves } from "./flow/secret-leaves.ts"
import { hardeningCheckWeakened } from "./hardening/check-weakened.ts"
import { hardeningDeadProbe } from "./hardening/dead-probe.ts"
import { hardeningPolicyLoosened } from "./hardening/policy-loosened.ts"
import { opaqueEntropyOutlier } from "./opaque/entropy-outlier.ts"
import { opaqueFiller } from "./opaque/filler.ts"
import { opaqueObjectCode } from "./opaque/object-code.ts"
import { originClaimedVersion } from "./origin/claimed-version.ts"
import { releaseActionOwner } from "./release/action-owner.ts"
import { releaseConfusableDependency } from "./release/confusable-dependency.ts"
import { releaseConfusableName } from "./release/confusable-name.ts"
import { releaseDormant } from "./release/dormant.ts"
import { releaseImpersonatedBot } from "./release/impersonated-bot.ts"
import { releaseMovedReference } from "./release/moved-reference.ts"
import { releaseNewDependency } from "./release/new-dependency.ts"
import { releaseOtherBytes } from "./release/other-bytes.ts"
import { releaseRedirectedDependency } from "./release/redirected-dependency.ts"
import { releaseSignature } from "./release/signature.ts"
import { releaseSignerChanged } from "./release/signer-changed.ts"
import { releaseUntrustedWorkflow } from "./release/untrusted-workflow.ts"
import { releaseWeakerProvenance } from "./release/weaker-provenance.ts"
import { replayDisagreement } from "./replay/disagreement.ts"
import { replayUnstable } from "./replay/unstable.ts"
import type { InspectedSubject, Rule, ScannedSubject, Subject } from "./rule.ts"
import { textBidi } from "./text/bidi.ts"
import { textHomoglyph } from "./text/homoglyph.ts"
import { textInvisible } from "./text/invisible.ts"
import { textMinifiedHere } from "./text/minified-here.ts"
import { textPushedRight } from "./text/pushed-right.ts"
import { unexplainedAddedCode } from "./unexplained/added-code.ts"
import { unexplainedChangedCode } from "./unexplained/changed-code.ts"
import { unexplainedInstallHook } from "./unexplained/install-hook.ts"
import { yaraMatch } from "./yara/match.ts"

export { heldBy } from "./capabilities.ts"
export { byVerdict, causesOf, type Judged, judge, type Seen } from "./judge.ts"
export type { Subject } from "./rule.ts"
export { totalsOf } from "./totals.ts"

/** What is asked of every release, in the order of a report. A new rule is a file and a line here or below. */
const ofLedger = [releaseSignature, originClaimedVersion, replayDisagreement, replayUnstable] as const satisfies readonly Rule[]

/** What is asked of a release whose contents were inspected. */
const ofInspection = [
  flowOpaqueRuns,
  flowLiteralRuns,
  flowFetchedRuns,
  flowBuiltCommand,
  flowSearchNamesOpaque,
  flowSecretLeaves,
  unexplainedInstallHook,
  unexplainedChangedCode,
  unexplainedAddedCode,
  opaqueObjectCode,
  opaqueFiller,
  opaqueEntropyOutlier,
  binaryIfunc,
  binaryConstructor,
  binaryAuditInterface,
  binaryWritableExecutable,
  binaryInterposer,
  binaryRelocation,
  binaryForeignImport,
  hardeningDeadProbe,
  hardeningCheckWeakened,
  hardeningPolicyLoosened,
  textBidi,
  textInvisible,
  textHomoglyph,
  textPushedRight,
  textMinifiedHere,
  capabilityAdded,
  capabilityNewDestination,
  capabilityPersists,
  capabilityWrapsCompiler,
  releaseMovedReference,
  releaseOtherBytes,
  releaseWeakerProvenance,
  releaseSignerChanged,
  releaseDormant,
  releaseNewDependency,
  releaseRedirectedDependency,
  releaseConfusableName,
  releaseConfusableDependency,
  releaseUntrustedWorkflow,
  releaseActionOwner,
  releaseImpersonatedBot,
] as const satisfies readonly Rule<InspectedSubject>[]

/** What is asked of a release that the user's YARA rules were held against. */
const ofScan = [yaraMatch] as const satisfies readonly Rule<ScannedSubject>[]

export const rules = [...ofLedger, ...ofInspection, ...ofScan] as const

/** Asks each rule once: its outcome always, its findings where it saw what it asks for. Without an inspection or a scan, their rules are not asked. */
export function detect(
  subject: Subject,
  {
    inspection,
    before,
    changes,
    facts,
    needed,
    yara,
  }: { readonly inspection?: Inspection | undefined; readonly yara?: YaraScan | undefined } & Pick<
    InspectedSubject,
    "before" | "changes" | "facts" | "needed"
  > = {},
): { readonly rules: readonly RuleOutcome[]; readonly findings: readonly Finding[] } {
  const asked = [
    ...ofLedger.map(({ id, version, check }) => ({ id, version, answer: check(subject) })),
    ...(inspection === undefined
      ? []
      : ofInspection.map(({ id, version, check }) => ({
          id,
          version,
          answer: check({ ...subject, inspection, before, changes, facts, needed }),
        }))),
    ...(yara === undefined ? [] : ofScan.map(({ id, version, check }) => ({ id, version, answer: check({ ...subject, yara }) }))),
  ]
  return {
    rules: asked.map(({ id, version, answer: { outcome, why } }) => ({ rule: id, version, outcome, why })),
    findings: asked.flatMap(({ id, version, answer }) => {
      if (answer.outcome !== "present") return []
      assert(answer.findings.every(({ evidence }) => evidence.length > 0) && answer.findings.length > 0, `${id} found without evidence`)
      return answer.findings.map((finding) => ({ rule: id, version, ...finding }))
    }),
  }
}
