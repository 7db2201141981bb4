import type { AuditFacts, BinaryFacts, Import, Start } from "../../model/binary.ts"
import { type Disassembler, reachOf } from "../reach.ts"
import { codeOf } from "./code.ts"
import { tags } from "./dynamic.ts"
import { fileTypes, machine, machineOf } from "./header.ts"
import type { Image } from "./image.ts"
import { buildIdOf } from "./notes.ts"
import { oddRelocationsOf } from "./odd-relocations.ts"
import { constructorsOf, resolversOf } from "./starts.ts"
import { bindings, type ElfSymbol, Symbols, symbolTypes } from "./symbols.ts"
import { sectionFlags, segmentFlags, segmentTypes } from "./tables.ts"

/** What a file says that it does when it is loaded. `disassemble`: of x86-64 code. */
export function factsOf(image: Image, disassemble: Disassembler | undefined): BinaryFacts {
  const { dynamic, telling, header } = image
  const symbols = new Symbols(image)
  const linked = symbolFacts(image, symbols)
  const resolvers = resolversOf(image, symbols)
  const constructors = constructorsOf(image, symbols)
  const reach = reacher(image, symbols, disassemble)
  const soname = dynamic?.names(tags.soname)[0]
  const buildId = buildIdOf(image)
  const facts = {
    kind: kindOf(image),
    machine: machineOf(header.machine),
    ...(soname === undefined ? {} : { soname }),
    ...(buildId === undefined ? {} : { buildId }),
    needed: dynamic?.names(tags.needed) ?? [],
    runPaths: [...(dynamic?.names(tags.rpath) ?? []), ...(dynamic?.names(tags.runPath) ?? [])],
    ...linked,
    resolvers: resolvers.map(reach),
    constructors: constructors.map(reach),
    audit: auditOf(image, linked),
    writableExecutable: writableExecutable(image),
    stack: stackOf(image),
    relocations: oddRelocationsOf(image),
  }
  if (image.view.stringBytesLeft < 0) telling.leave("names beyond the first gigabyte of them")
  return { ...facts, limits: telling.left }
}

function kindOf({ header, segments }: Image): BinaryFacts["kind"] {
  if (header.type === fileTypes.relocatable) return "object"
  if (header.type === fileTypes.core) return "core"
  if (header.type === fileTypes.executable) return "executable"
  if (header.type !== fileTypes.shared) return "other"
  // A position-independent executable differs from a library in that it asks for an interpreter.
  return segments.some(({ type }) => type === segmentTypes.interpreter) ? "executable" : "library"
}

/** The names by which it is bound to others. Of a relocatable file all that is not local. */
function symbolFacts(image: Image, symbols: Symbols): Pick<BinaryFacts, "imports" | "exports" | "sources"> {
  const imports = new Map<string, Import>()
  const exports = new Set<string>()
  const sources = new Set<string>()
  for (const symbol of image.isRelocatable ? symbols.linking() : symbols.dynamic()) {
    if (symbol.name === "" || symbol.binding === bindings.local) continue
    if (symbol.section === 0) imports.set(symbol.name, importOf(symbol))
    // A linker binds hidden symbols too, between the objects that it links.
    else if (image.isRelocatable || symbol.visibility === 0 || symbol.visibility === 3) exports.add(symbol.name)
  }
  for (const { type, name } of symbols.linking()) if (type === symbolTypes.file && name !== "") sources.add(name)
  return { imports: [...imports.values()], exports: [...exports], sources: [...sources] }
}

function importOf({ name, binding, version }: ElfSymbol): Import {
  const isWeak = binding === bindings.weak
  if (version === undefined) return { name, isWeak }
  return { name, isWeak, version: version.name, ...(version.library === undefined ? {} : { library: version.library }) }
}

/** Adds what code reaches, each place once and up to a number of places. */
function reacher(image: Image, symbols: Symbols, disassemble: Disassembler | undefined): <T extends Start>(start: T) => T {
  if (disassemble === undefined || image.header.machine !== machine.x86_64 || !image.view.is64) return (start) => start
  const { reachInstructionsMax, reachStartsMax } = image.telling.limits
  const known = new Map<number, Start["reach"]>()
  let code: ReturnType<typeof codeOf> | undefined
  return (start) => {
    if (known.size >= reachStartsMax && !known.has(start.address)) {
      image.telling.leave(`what code reaches from more than ${reachStartsMax} places (reachStartsMax)`)
      return start
    }
    code ??= codeOf(image, symbols)
    const reach = known.get(start.address) ?? reachOf(code, start.address, { disassemble, instructionsMax: reachInstructionsMax })
    known.set(start.address, reach)
    return { ...start, reach }
  }
}

/** What rtld-audit(7) lists. */
const auditName = /^la_(?:version|objsearch|activity|objopen|objclose|preinit|symbind(?:32|64)|\w+_gnu_plt(?:enter|exit))$/
const auditWords = ["LD_AUDIT", "_dl_audit_", "la_symbind"]
const auditWordsMax = 16

function auditOf(image: Image, { imports, exports }: Pick<BinaryFacts, "imports" | "exports">): AuditFacts {
  const { dynamic, view } = image
  const bytes = Buffer.from(view.bytes.buffer, view.bytes.byteOffset, view.bytes.byteLength)
  const strings = new Set<string>()
  for (const word of auditWords)
    for (let at = bytes.indexOf(word); at >= 0 && strings.size < auditWordsMax; at = bytes.indexOf(word, at + 1))
      strings.add(/^\w+/.exec(bytes.subarray(at, at + 64).toString("latin1"))?.[0] ?? word)
  return {
    exports: exports.filter((name) => auditName.test(name)),
    imports: imports.map(({ name }) => name).filter((name) => name.startsWith("_dl_audit_") || auditName.test(name)),
    strings: [...strings],
    libraries: [...(dynamic?.names(tags.audit) ?? []), ...(dynamic?.names(tags.depAudit) ?? [])],
  }
}

function writableExecutable({ segments, sections, isRelocatable }: Image): readonly string[] {
  const both = segmentFlags.write | segmentFlags.execute
  const ofSections = sectionFlags.write | sectionFlags.execute | sectionFlags.alloc
  if (isRelocatable) return sections.filter(({ flags }) => (flags & ofSections) === ofSections).map(({ name }) => `section ${name}`)
  return segments
    .filter(({ type, flags }) => type === segmentTypes.load && (flags & both) === both)
    .map(({ index, memorySize }) => `segment ${index} of ${memorySize} bytes`)
}

function stackOf({ segments, sections, isRelocatable }: Image): BinaryFacts["stack"] {
  const flags = isRelocatable
    ? sections.find(({ name }) => name === ".note.GNU-stack")?.flags
    : segments.find(({ type }) => type === segmentTypes.stack)?.flags
  if (flags === undefined) return "unsaid"
  return (flags & (isRelocatable ? sectionFlags.execute : segmentFlags.execute)) !== 0 ? "executable" : "plain"
}
