import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { orThrow } from "../../src/core/fault.ts"
import { createContext } from "../../src/io/create-context.ts"
import { open } from "../../src/stages/open/open.ts"
import { temporary } from "../fixtures/repository.ts"
import { decoded, harmful } from "./decoded.ts"
import { personOf } from "./history.ts"
import { apart, type Materialised, materialise, writePacked } from "./materialise.ts"
import type { Packed } from "./pack.ts"
import type { Replica, Sample } from "./replica.ts"
import { placeOf, textsOf } from "./truth.ts"

/** RFC 2606, and addresses of this machine. */
const reserved = /^(?:(?:.*\.)?(?:example(?:\.(?:com|net|org))?|invalid|test)|127\.0\.0\.1)(?::\d+)?$/

const all = (made: Materialised): readonly Packed[] => [made.artifact, made.previous ?? [], ...made.others.values()].flat()

const once = new Map<Sample, Materialised>()
afterAll(() => {
  for (const made of once.values()) made[Symbol.dispose]()
})

/** Git is what costs time: a sample is made once for all tests that only look at it. */
function held(sample: Sample): Materialised {
  const made = once.get(sample) ?? materialise(sample)
  once.set(sample, made)
  return made
}

/** Bytes of everything, as text that can be compared. */
function bytesOf(made: Materialised): readonly string[] {
  const refs = made.repository.git(["for-each-ref", "--format=%(refname) %(objectname)"])
  return [refs, ...made.commits, ...all(made).map(({ file, bytes, entries }) => `${file} ${bytes?.toString("hex") ?? [...entries].join()}`)]
}

/** By path as stored, as our own parsers read it: files, no links, none of them executable; what the package wraps in a container of its own is read there. */
async function readBack(packed: Packed, folder: string): Promise<ReadonlyMap<string, number>> {
  const path = writePacked(packed, folder)
  const ctx = createContext({ cache: join(folder, "cache"), offline: true })
  const artifact = orThrow(await open(path, { kind: "path", path }, ctx))
  const inner = await Promise.all(
    artifact.entries
      .filter(({ path: at, format }) => format !== undefined && !packed.entries.has(at))
      .map((entry) => artifact.openEntry(entry)),
  )
  const contents = [artifact, ...inner]
  expect(contents.flatMap(({ anomalies }) => anomalies)).toEqual([])
  const entries = contents.flatMap((one) => one.entries)
  expect(entries.filter(({ type, mode }) => type !== "file" || (mode & 0o111) !== 0)).toEqual([])
  await artifact.close()
  return new Map(entries.map((entry) => [entry.path.replace(/^.*!/, ""), entry.size]))
}

/** What must hold of each of them and of its honest twin. */
export function prove(replicas: readonly Replica[]): void {
  const samples = replicas.flatMap(({ case: number, name, attack, twin }) => [
    { name: `${number}-${name}`, sample: attack },
    { name: `${number}-${name}, honest`, sample: twin },
  ])

  describe.each(samples)("$name", ({ sample }) => {
    test("is the same bytes whenever it is made", () => {
      using again = materialise(sample)
      expect(bytesOf(again)).toEqual(bytesOf(held(sample)))
    })

    test("is opened by our own parsers", async () => {
      using folder = temporary()
      const made = held(sample)
      for (const [index, packed] of all(made).entries()) {
        const read = await readBack(packed, join(folder.path, String(index)))
        for (const [path, content] of packed.entries) expect([path, read.get(path)]).toEqual([path, content.byteLength])
      }
    })

    test("names no place that exists, and nobody who does", () => {
      const made = held(sample)
      const texts = [...all(made).flatMap(({ entries }) => [...entries.values()]), ...made.tree.values()].map(String).join("\n")
      for (const [, host = ""] of texts.matchAll(/\b(?:https?|git|ssh):\/\/([^\s/"'`]+)/g)) expect(host).toMatch(reserved)
      // Chance makes addresses too.
      for (const [, host = ""] of texts.replaceAll(/.*[^\t -~].*/g, "").matchAll(/[\w.+-]+@([\w-]+(?:\.[\w-]+)+)/g))
        expect(host).toMatch(reserved)
      const people = sample.history.flatMap(({ author = 1, committer = author }) => [personOf(author).email, personOf(committer).email])
      for (const address of people) expect(address).toMatch(/^[\w.+[\]-]+@example\.org$/)
    })
  })

  describe.each(replicas)("truth of $case-$name", (replica) => {
    const [attack, twin] = [held(replica.attack), held(replica.twin)]

    test("what is unexplained in it is what the commit does not have", () => {
      const { unexplained, ordinary = [] } = replica.truth
      expect(apart(attack)).toEqual([...new Set([...unexplained, ...ordinary])].sort())
      // An honest packer leaves nothing more unexplained than the truth calls ordinary.
      expect(apart(twin).filter((path) => !ordinary.includes(path))).toEqual([])
    })

    test("each place is there", () => {
      expect(replica.truth.expects).not.toEqual([])
      for (const { at } of replica.truth.expects) {
        const place = placeOf(at, textsOf(attack.artifact, attack.others, attack.tree))
        if ("lines" in place) expect(place.lines[0]).toBeLessThanOrEqual(place.lines[1])
        else if ("ref" in place) expect(attack.repository.git(["rev-parse", "--verify", place.ref])).toMatch(/^[0-9a-f]{40}$/)
        else if ("fact" in place) expect(replica.attack.facts).toHaveProperty(place.fact)
      }
      const { introducer } = replica.truth
      if ("commit" in introducer) expect(attack.commits[introducer.commit]).toMatch(/^[0-9a-f]{40}$/)
    })

    test("the twin differs from it by what is said", () => {
      const below = ({ artifact }: Materialised): ReadonlyMap<string, Buffer> =>
        new Map(
          [...artifact.entries]
            .filter(([path]) => !artifact.made.includes(path))
            .map(([path, content]) => [path.slice(artifact.root.length), content]),
        )
      const differing = (one: ReadonlyMap<string, Buffer>, other: ReadonlyMap<string, Buffer>): readonly string[] =>
        [...new Set([...one.keys(), ...other.keys()])].filter((path) => one.get(path)?.equals(other.get(path) ?? Buffer.alloc(0)) !== true)
      const differs = new Set([...differing(below(attack), below(twin)), ...differing(attack.tree, twin.tree)])
      expect([...differs].sort()).toEqual([...replica.twin.differs].sort())
      const { format, version } = replica.attack.artifact
      expect(replica.twin.artifact).toMatchObject({ format, version })
    })

    test("its only effect would be a file in the working directory", () => {
      const entries = [attack.artifact, ...attack.others.values()].flatMap((one) => [...one.entries.values()])
      const text = decoded([...entries, ...attack.tree.values()].map((content) => content.toString("latin1")).join("\n"))
      const { payload = text, effect } = replica.truth
      expect(payload.includes("MARKER")).toBe(effect !== "none")
      for (const harm of harmful) expect(payload + text).not.toMatch(harm)
    })
  })
}
