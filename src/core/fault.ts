import { unreachable } from "./assert.ts"
import type { Limits } from "./limits.ts"

/** Why something could not be done. Four different things that never collapse into one (mission, principle 1). */
export type Fault =
  /** The bytes are not what their format demands. Offsets are in bytes from the start of `layer`. */
  | { readonly kind: "malformed"; readonly layer: string; readonly offset: number; readonly expected: string }
  | { readonly kind: "over-limit"; readonly layer: string; readonly limit: keyof Limits; readonly max: number }
  /** Nothing answered: network, disk, a missing file or program; or a server, with a status that says no. */
  | { readonly kind: "unavailable"; readonly source: string; readonly why: string; readonly remedy: string; readonly status?: number }
  /** It could have been read, but only by following it out of where it stands; so it was not looked at. */
  | { readonly kind: "refused"; readonly source: string; readonly why: string; readonly remedy: string }
  /** It answered, with other bytes than were promised or signed. */
  | { readonly kind: "mismatch"; readonly source: string; readonly expected: string; readonly found: string }
  /** The caller asked for something that makes no sense. */
  | { readonly kind: "usage"; readonly why: string; readonly remedy: string }

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const failed = (fault: Fault): { readonly ok: false; readonly fault: Fault } => ({ ok: false, fault })

/** Carries a fault out of a stream, where no Result can be returned. Caught at the stage that started the stream. */
export class FaultError extends Error {
  override readonly name = "FaultError"
  readonly fault: Fault
  constructor(fault: Fault) {
    super(explainFault(fault))
    this.fault = fault
  }
}

/** Runs `work`; a FaultError becomes a Result, anything else is a bug and stays thrown. */
export async function faultsOf<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work())
  } catch (error) {
    if (error instanceof FaultError) return failed(error.fault)
    throw error
  }
}

/** The value, or the fault thrown on. For code that is itself inside `faultsOf`. */
export function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new FaultError(result.fault)
  return result.value
}

/** One sentence: what, why, and what to do next. */
export function explainFault(fault: Fault): string {
  switch (fault.kind) {
    case "malformed":
      return `${fault.layer}: byte ${fault.offset}: expected ${fault.expected}`
    case "over-limit":
      return `${fault.layer}: it needs more than the limit ${fault.limit} (${fault.max}) allows, so it was not read further; if you trust it, run again with --limit ${fault.limit}=NUMBER`
    case "unavailable":
    case "refused":
      return `${fault.source}: ${fault.why}; ${fault.remedy}`
    case "mismatch":
      return `${fault.source}: expected ${fault.expected}, found ${fault.found}; nothing of it was used`
    case "usage":
      return `${fault.why}; ${fault.remedy}`
    default:
      return unreachable(fault)
  }
}
