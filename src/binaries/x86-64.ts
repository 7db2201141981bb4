import type { Disassembler, Step } from "./reach.ts"

/** The disassembler of x86-64 code. Loaded when there is code to follow: it is 2 MB. */
export async function x86Disassembler(): Promise<Disassembler> {
  const { Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, OpKind, Register } = await import("iced-x86")
  type Decoded = InstanceType<typeof Instruction>

  const slotOf = (instruction: Decoded): number | undefined => {
    if (instruction.op0Kind !== OpKind.Memory) return undefined
    if (instruction.isIpRelMemoryOperand) return Number(instruction.ipRelMemoryAddress)
    const isPlain = instruction.memoryBase === Register.None && instruction.memoryIndex === Register.None
    return isPlain && instruction.segmentPrefix === Register.None ? Number(instruction.memoryDisplacement) : undefined
  }
  const through = (instruction: Decoded, flow: Step["flow"]): Step => {
    const slot = slotOf(instruction)
    return { bytes: instruction.length, flow, ...(slot === undefined ? {} : { slot }) }
  }
  const to = (instruction: Decoded, flow: Step["flow"]): Step => ({
    bytes: instruction.length,
    flow,
    to: Number(instruction.nearBranchTarget),
  })

  const stepOf = (instruction: Decoded): Step => {
    const bytes = instruction.length
    if (instruction.mnemonic === Mnemonic.INVALID) return { bytes, flow: "invalid" }
    if (instruction.mnemonic === Mnemonic.Syscall || instruction.mnemonic === Mnemonic.Int || instruction.mnemonic === Mnemonic.Sysenter)
      return { bytes, flow: "system-call" }
    switch (instruction.flowControl) {
      case FlowControl.Next:
        return { bytes, flow: "next" }
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
