import { order } from "../core/order.ts"
import type { Reach } from "../model/binary.ts"

/** Where a call or jump leads. */
export type Aim = { readonly kind: "import"; readonly name: string } | { readonly kind: "own"; readonly address: number }

/** The code of one file, by address. */
export interface Code {
  /** At most `max` bytes from an address on; undefined: no code. */
  bytesAt(address: number, max: number): Uint8Array | undefined
  /** What a relocation makes of a slot, or of an instruction of so many bytes. */
  aimOf(address: number, size: number): Aim | undefined
  /** Some function begins here, by the word of a symbol. */
  isStart(address: number): boolean
}

/** One instruction, as far as it says where the code goes on. */
export interface Step {
  readonly bytes: number
  readonly flow: "next" | "return" | "jump" | "branch" | "call" | "system-call" | "stop" | "invalid"
  /** Undefined with a jump or call: through a register, or memory. */
  readonly to?: number
  /** Memory at a known address that holds where it leads, or what is loaded. */
  readonly slot?: number
  /** A register through which it leads, or that it loads or changes. */
  readonly register?: number
}

/** Decodes instructions one after another, until a byte that is in none. */
export type Disassembler = (bytes: Uint8Array, address: number) => Iterable<Step>

/** Functions that do not come back: what stands behind a call of one is another function. */
const endless =
  /^(?:__stack_chk_fail\w*|__chk_fail|__fortify_fail\w*|abort|_?_?exit|_Exit|quick_exit|__assert_\w+|__cxa_(?:throw|rethrow|bad_\w+|throw_\w+)|_Unwind_Resume|_ZSt\d+__throw_\w+|_ZSt9terminatev|__libc_(?:fatal|start_main)|longjmp|siglongjmp|pthread_exit|execve)$/

/** Bytes that are decoded at once: most blocks are shorter. */
const blockBytes = 256

/** Follows code from one place, the nearest first, up to a number of instructions. */
export function reachOf(
  code: Code,
  start: number,
  { disassemble, instructionsMax }: { readonly disassemble: Disassembler; readonly instructionsMax: number },
): Reach {
  const seen = new Set<number>()
  const imports = new Set<string>()
  const queue = [start]
  /** Slots whose content registers hold, in the block at hand: `mov rax, [slot]; test rax, rax; je; call rax`. */
  const held = new Map<number, number>()
  const told = { systemCalls: 0, unknown: 0, isWhole: true }

  /** False: nothing comes back from there. */
  const follow = (
    address: number,
    { bytes, to, register, slot = register === undefined ? undefined : held.get(register) }: Step,
  ): boolean => {
    const aim = code.aimOf(address, bytes) ?? (slot === undefined ? undefined : code.aimOf(slot, 0))
    if (aim?.kind === "import") {
      imports.add(aim.name)
      return !endless.test(aim.name)
    }
    const own = aim?.address ?? to
    if (own === undefined) told.unknown += 1
    else queue.push(own)
    return true
  }

  /** Where the code goes on behind an instruction in place; undefined: it does not. */
  const after = (address: number, step: Step): number | undefined => {
    const next = address + step.bytes
    if (step.flow === "next") {
      if (step.register !== undefined && step.slot !== undefined) held.set(step.register, step.slot)
      else if (step.register !== undefined) held.delete(step.register)
      return next
    }
    if (step.flow === "system-call") told.systemCalls += 1
    if (step.flow === "invalid") told.isWhole = false
    if (step.flow === "jump" || step.flow === "branch") follow(address, step)
    if (step.flow === "call") return follow(address, step) && !code.isStart(next) ? next : undefined
    return step.flow === "branch" || step.flow === "system-call" ? next : undefined
  }

  for (let head = 0; head < queue.length; head += 1) {
    let at = queue[head]
    held.clear()
    while (at !== undefined && !seen.has(at)) {
      const bytes = code.bytesAt(at, blockBytes)
      let went = 0
      let next: number | undefined
      for (const step of bytes === undefined ? [] : disassemble(bytes, at)) {
        const here: number = next ?? at
        if (seen.has(here)) {
          next = undefined
          break
        }
        // Cut off by the end of the block, not by the code.
        if (step.flow === "invalid" && went > 0 && bytes?.byteLength === blockBytes && here - at > blockBytes - 16) break
        if (seen.size >= instructionsMax) return finished(false)
        seen.add(here)
        went += 1
        next = after(here, step)
        if (next === undefined) break
      }
      if (went === 0) told.isWhole = seen.has(at) && told.isWhole
      at = went === 0 ? undefined : next
    }
  }
  return finished(told.isWhole)

  function finished(isWhole: boolean): Reach {
    return { imports: [...imports].sort(order), systemCalls: told.systemCalls, unknown: told.unknown, instructions: seen.size, isWhole }
  }
}
