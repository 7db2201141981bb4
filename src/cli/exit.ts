import { escapeForeign, explainFault, type Fault, type Verdict, verdicts } from "../index.ts"

/** Contract, Exit codes. */
export const exitCodes = { done: 0, verdict: 1, usage: 2, fault: 3 } as const

export const verdictExit = (verdict: Verdict, failOn: Verdict): number =>
  verdicts.indexOf(verdict) >= verdicts.indexOf(failOn) ? exitCodes.verdict : exitCodes.done

/** One clear sentence on stderr; the exit code says whether the words or the world were wrong. */
export function failWith(fault: Fault): number {
  const remedy = fault.kind === "malformed" ? "; it is damaged or cut: fetch it again, or compare its checksum with the publisher's" : ""
  process.stderr.write(`everybyte: ${escapeForeign(explainFault(fault))}${remedy}\n`)
  return fault.kind === "usage" ? exitCodes.usage : exitCodes.fault
}
