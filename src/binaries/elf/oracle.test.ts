import { execFileSync } from "node:child_process"
import { existsSync, globSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { Tiling } from "../../core/claim.ts"
import { limitsDefault } from "../../core/limits.ts"
import { Image } from "./image.ts"
import { elf, readElf } from "./index.ts"
import { relocationsOf } from "./relocations.ts"
import { Telling } from "./telling.ts"

const readelf = (path: string, ...options: readonly string[]): string =>
  execFileSync("readelf", ["-W", ...options, path], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, LC_ALL: "C" },
  })

const hasReadelf = existsSync("/usr/bin/readelf")
/** The machine's own: the C library and its linker, what is linked of C++ and others, and objects of the start code. */
const paths = [
  ...globSync("/lib/*-linux-*/{libc.so.6,ld-linux*.so.*,libm.so.6,libstdc++.so.6,libcrypto.so.*,liblzma.so.*}"),
  ...globSync("/usr/lib/*-linux-*/{crt1.o,Scrt1.o,crti.o}"),
  ...globSync("/usr/bin/{bash,git,gcc-*,perl,python3*,ls,tar,xz}"),
].filter((path) => elf.recognise(readFileSync(path)) !== undefined)

const byteWise = (names: readonly string[]): readonly string[] => [...new Set(names)].sort()

/** Rows of `readelf --syms`: kind, binding, visibility, section, name without its version. */
function symbolsOf(path: string, option: string) {
  const row = /^ *\d+: [0-9a-f]+ +\S+ (\S+) +(\S+) +(\S+)(?: \[[^\]]*\])? +(\S+) (\S+)/gm
  return [...readelf(path, option).matchAll(row)].map(([, kind = "", binding = "", visibility = "", section = "", name = ""]) => ({
    kind,
    binding,
    visibility,
    section,
    name: name.replace(/@.*/, ""),
  }))
}

test.skipIf(!hasReadelf || paths.length === 0).each(paths)("%s: readelf says the same, and every byte is claimed", (path) => {
  const bytes = readFileSync(path)
  const tiling = new Tiling(10)
  const kinds: string[] = []
  const options = { layer: path, limits: limitsDefault, disassemble: undefined }
  const facts = readElf(bytes, options, { claim: (claim) => tiling.add(claim), anomaly: ({ kind }) => kinds.push(kind) })
  tiling.finish(bytes.byteLength)
  expect([kinds, tiling.unexplained, facts.limits]).toEqual([[], [], []])

  const dynamic = readelf(path, "-d")
  expect(facts.needed).toEqual([...dynamic.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name))
  expect(facts.soname).toEqual(/\(SONAME\).*\[(.*)\]/.exec(dynamic)?.[1])
  expect(facts.buildId).toEqual(/Build ID: (\w+)/.exec(readelf(path, "-n"))?.[1])

  const symbols = symbolsOf(path, facts.kind === "object" ? "--syms" : "--dyn-syms").filter(
    ({ binding, name }) => binding !== "LOCAL" && name !== "",
  )
  expect(byteWise(facts.imports.map(({ name }) => name))).toEqual(
    byteWise(symbols.filter(({ section }) => section === "UND").map(({ name }) => name)),
  )
  const given = symbols.filter(
    ({ section, visibility }) => section !== "UND" && (facts.kind === "object" || /DEFAULT|PROTECTED/.test(visibility)),
  )
  expect(byteWise(facts.exports)).toEqual(byteWise(given.map(({ name }) => name)))

  const resolvers = symbolsOf(path, "--dyn-syms").filter(({ kind, section }) => kind === "IFUNC" && section !== "UND")
  expect(facts.resolvers.filter(({ by }) => by === "symbol").length > 0).toBe(resolvers.length > 0)
  const relocations = [...relocationsOf(new Image(bytes, new Telling(options, { claim: () => undefined, anomaly: () => undefined })))]
  const rows = readelf(path, "-r").match(/^[0-9a-f]{8,16} +[0-9a-f]{8,16} R_/gm) ?? []
  // RELR is printed as addresses alone.
  expect(relocations.filter(({ table }) => table !== "relr").length).toBe(rows.length)
  expect(facts.stack).toBe(/GNU_STACK.* RWE /.test(readelf(path, "-l")) ? "executable" : facts.kind === "object" ? facts.stack : "plain")
})
