import type { Disassembler, Step } from "./reach.ts"

/** The disassembler of x86-64 code. Loaded when there is code to follow: it is 2 MB. */
export async function x86Disassembler(): Promise<Disassembler> {
  const { Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, OpKind, Register } = await import("iced-x86")
  type Decoded = InstanceType<typeof Instruction>

  const slotOf = (instruction: Decoded): number | undefined => {
    if (instruction.op0Kind !== OpKind.Memory && instruction.op1Kind !== OpKind.Memory) return undefined
    if (instruction.isIpRelMemoryOperand) return Number(instruction.ipRelMemoryAddress)
    const isPlain = instruction.memoryBase === Register.None && instruction.memoryIndex === Register.None
    return isPlain && instruction.segmentPrefix === Register.None ? Number(instruction.memoryDisplacement) : undefined
  }
  const through = (instruction: Decoded, flow: Step["flow"]): Step => {
    if (instruction.op0Kind === OpKind.Register) return { bytes: instruction.length, flow, register: instruction.op0Register }
    const slot = slotOf(instruction)
    return { bytes: instruction.length, flow, ...(slot === undefined ? {} : { slot }) }
  }
  const to = (instruction: Decoded, flow: Step["flow"]): Step => ({
    bytes: instruction.length,
    flow,
    to: Number(instruction.nearBranchTarget),
  })

  /** Of a register whether it is loaded from memory at a known address, or changed otherwise; comparing changes nothing. */
  const plain = (instruction: Decoded): Step => {
    const { length: bytes, mnemonic } = instruction
    if (instruction.op0Kind !== OpKind.Register || mnemonic === Mnemonic.Test || mnemonic === Mnemonic.Cmp) return { bytes, flow: "next" }
    const slot = mnemonic === Mnemonic.Mov ? slotOf(instruction) : undefined
    return { bytes, flow: "next", register: instruction.op0Register, ...(slot === undefined ? {} : { slot }) }
  }

  const stepOf = (instruction: Decoded): Step => {
    const bytes = instruction.length
    if (instruction.mnemonic === Mnemonic.INVALID) return { bytes, flow: "invalid" }
    if (instruction.mnemonic === Mnemonic.Syscall || instruction.mnemonic === Mnemonic.Int || instruction.mnemonic === Mnemonic.Sysenter)
      return { bytes, flow: "system-call" }
    switch (instruction.flowControl) {
      case FlowControl.Next:
        return plain(instruction)
      case FlowControl.UnconditionalBranch:
        return to(instruction, "jump")
      case FlowControl.ConditionalBranch:
      case FlowControl.XbeginXabortXend:
        return instruction.nearBranchTarget === 0n ? { bytes, flow: "next" } : to(instruction, "branch")
      case FlowControl.Call:
        return instruction.nearBranchTarget === 0n ? { bytes, flow: "next" } : to(instruction, "call")
      case FlowControl.IndirectBranch:
        return through(instruction, "jump")
      case FlowControl.IndirectCall:
        return through(instruction, "call")
      case FlowControl.Return:
        return { bytes, flow: "return" }
      default:
        return { bytes, flow: "stop" }
    }
  }

  return function* disassemble(bytes, address) {
    const decoder = new Decoder(64, bytes, DecoderOptions.None)
    const instruction = new Instruction()
    try {
      decoder.ip = BigInt(address)
      while (decoder.canDecode) {
        decoder.decodeOut(instruction)
        yield stepOf(instruction)
      }
    } finally {
      instruction.free()
      decoder.free()
    }
  }
}
