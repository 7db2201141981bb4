import { memorySource } from "../core/bytes.ts"
import { number, plural } from "../core/count.ts"
import { Cursor } from "../core/cursor.ts"
import { entropyOf, roundedEntropy } from "../core/entropy.ts"
import { FaultError } from "../core/fault.ts"
import type { BinaryFacts } from "../model/binary.ts"
import type { Structure } from "../model/inside.ts"
import type { OpaqueFacts } from "../model/opaque.ts"
import { ar, parserOf } from "../parsers/index.ts"
import { elf, isX86Code, readElf } from "./elf/index.ts"
import { Look, type Machine } from "./inside.ts"
import { Layer, layerName, stopOf } from "./layer.ts"
import type { Disassembler } from "./reach.ts"
import { x86Disassembler } from "./x86-64.ts"

/** A machine that says of contents whether they are object code. */
export type LookMachine = Machine & Required<Pick<Machine, "recognise">>

/** What one opaque content is: its statistics, what is inside a container, and what object code does when it is loaded. All of it is held in memory. */
export async function lookIntoAs(bytes: Uint8Array, path: string, machine: LookMachine): Promise<OpaqueFacts> {
  const { limits } = machine
  const object = machine.recognise(bytes)
  const format = parserOf(bytes)?.format
  const read = object === undefined ? nothing : await binariesOf(bytes, object.format, machine)
  const isSmall = bytes.byteLength <= limits.insideBytesMax
  const inside = isSmall ? await new Look(machine).file(bytes) : undefined
  const left = isSmall ? [] : [`inside of ${number(bytes.byteLength)} bytes (insideBytesMax)`]
  const structure = read.structure ?? inside?.structure
  return {
    path,
    size: bytes.byteLength,
    entropy: roundedEntropy(entropyOf(bytes)),
    ...(format === undefined ? {} : { format }),
    ...(object === undefined ? {} : { object }),
    ...(inside === undefined ? {} : { repeats: inside.repeats }),
    ...(structure === undefined ? {} : { structure }),
    binaries: read.binaries,
    limits: left,
    unread: read.unread,
  }
}

interface Read {
  readonly binaries: readonly BinaryFacts[]
  readonly structure?: Structure
  readonly unread: readonly string[]
}
const nothing: Read = { binaries: [], unread: [] }

async function binariesOf(bytes: Uint8Array, format: string, machine: LookMachine): Promise<Read> {
  if (format === "static-library") return await membersOf(bytes, machine)
  if (format !== "elf") return nothing
  const { facts, structure } = one(bytes, machine, isX86Code(bytes) ? await x86Disassembler() : undefined)
  return { binaries: facts === undefined ? [] : [facts], structure, unread: facts?.limits ?? [] }
}

/** One ELF file; what ended its reading is told by its structure. */
function one(
  bytes: Uint8Array,
  { limits }: LookMachine,
  disassemble: Disassembler | undefined,
): { readonly facts?: BinaryFacts; readonly structure: Structure } {
  const layer = new Layer()
  try {
    if (bytes.byteLength > limits.binaryBytesMax)
      throw new FaultError({ kind: "over-limit", layer: layerName, limit: "binaryBytesMax", max: limits.binaryBytesMax })
    const facts = readElf(bytes, { layer: layerName, limits, disassemble }, layer)
    layer.tiling.finish(bytes.byteLength)
    return { facts, structure: layer.told }
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return { structure: { stopped: stopOf(error.fault, limits), ...layer.told } }
  }
}

/** Members of a static library that are ELF objects, up to a number of them. */
async function membersOf(bytes: Uint8Array, machine: LookMachine): Promise<Read> {
  const { limits } = machine
  const binaries: BinaryFacts[] = []
  const left = new Set<string>()
  let members = 0
  const entry = async ({ path }: { readonly path: string }, body: AsyncIterable<Uint8Array>): Promise<void> => {
    const parts: Uint8Array[] = []
    for await (const part of body) parts.push(part)
    const member = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
    if (elf.recognise(member) === undefined) return
    members += 1
    if (members > limits.libraryMembersMax) return
    const { facts, structure } = one(member, machine, isX86Code(member) ? await x86Disassembler() : undefined)
    if (facts !== undefined) binaries.push({ ...facts, member: path })
    if (structure.stopped !== undefined) left.add(`the member ${path}: ${structure.stopped.why}`)
  }
  try {
    await ar.walk(
      new Cursor(memorySource(bytes).stream()),
      { layer: layerName, limits },
      { claim: () => undefined, anomaly: () => undefined, entry },
    )
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    left.add(`members behind a fault: ${stopOf(error.fault, limits).why}`)
  }
  if (members > limits.libraryMembersMax)
    left.add(`${plural(members - limits.libraryMembersMax, "member")} of a static library (libraryMembersMax)`)
  return { binaries, unread: [...left] }
}
