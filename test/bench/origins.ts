import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { diffLines } from "../../src/core/diff.ts"
import { orThrow } from "../../src/core/fault.ts"
import { baseName } from "../../src/core/path.ts"
import { linesOf } from "../../src/core/text.ts"
import { createContext } from "../../src/io/create-context.ts"
import { openOrigins, shippedOrigins } from "../../src/io/origin-index.ts"
import type { OriginIndex } from "../../src/model/origin.ts"
import { parseTarget } from "../../src/registries/index.ts"
import { open } from "../../src/stages/open/open.ts"
import { markdownTable } from "../../tools/marked-text.ts"
import { spreadOf } from "./measure.ts"

const lookups = 100_000
const macros = 100
/** Whose macros are changed, in a version that the mirrors have. */
const release = "deb-src:gettext@0.23.1"

const withoutOwn = (cache: string | undefined) => createContext({ cache, environment: { ...process.env, XDG_DATA_HOME: "/nonexistent" } })

async function timed(work: () => Promise<void> | void): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** Half of the digests are of the index, half are of nothing; contents as large as vendored build files are: 1 to 40 KB, most of them small. */
async function lookUps(runs: number, cache: string | undefined) {
  const known = knownDigests()
  const digests = Array.from({ length: lookups }, (_, at) =>
    at % 2 === 0 ? (known[(at * 7919) % known.length] ?? "") : createHash("sha256").update(String(at)).digest("hex"),
  )
  const block = Buffer.alloc(40_000, "AC_DEFUN([gl_MACRO], [AC_REQUIRE([AC_PROG_CC])])\n")
  const sizes = Array.from({ length: lookups }, (_, at) => 1000 + Math.floor(39_000 * (((at * 48_271) % 65_537) / 65_537) ** 3))
  const seconds = { hash: [] as number[], look: [] as number[] }
  for (let run = 0; run <= runs; run += 1) {
    const hash = await timed(() => {
      for (const size of sizes) createHash("sha256").update(block.subarray(0, size)).digest("hex")
    })
    const look = await timed(async () => {
      const index = orThrow(await openOrigins(withoutOwn(cache)))
      for (const digest of digests) index.publicationsOf(digest)
      index.close()
    })
    if (run > 0) {
      seconds.hash.push(hash)
      seconds.look.push(look)
    }
  }
  return { seconds, mean: sizes.reduce((sum, size) => sum + size, 0) / lookups }
}

function knownDigests(): readonly string[] {
  const database = new DatabaseSync(shippedOrigins, { readOnly: true })
  const rows = database.prepare("SELECT digests FROM content_bucket ORDER BY id").all()
  database.close()
  return rows.flatMap(({ digests }) => (digests instanceof Uint8Array ? (Buffer.from(digests).toString("hex").match(/.{64}/g) ?? []) : []))
}

interface Pair {
  readonly name: string
  readonly before: string
  readonly after: string
}

/** Real macros, each with a line more and a line less. */
async function changedMacros(folder: string, cache: string | undefined): Promise<readonly Pair[]> {
  const artifact = orThrow(await open(release, orThrow(await parseTarget(release)), withoutOwn(cache)))
  const entries = artifact.entries
    .filter(({ path, size }) => path.endsWith(".m4") && size > 500)
    .sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
  const different = entries.filter(
    ({ sha256 }, at) => entries[at - 1]?.sha256 !== sha256 && !/aclocal|acinclude|gnulib-c/.test(entries[at]?.path ?? ""),
  )
  const pairs = different.slice(0, macros).map(async (entry, at) => {
    const bytes = await entry.content.read(0, entry.size)
    const lines = linesOf(bytes)
    const [third, late] = [Math.floor(lines.length / 3), Math.floor((lines.length * 2) / 3)]
    const changed = [...lines.slice(0, third), 'eval "$payload"\n', ...lines.slice(third, late), ...lines.slice(late + 1)]
    const pair = { name: baseName(entry.path), before: join(folder, `${at}.old`), after: join(folder, `${at}.new`) }
    writeFileSync(pair.before, bytes)
    writeFileSync(pair.after, Buffer.from(changed.join(""), "latin1"))
    return pair
  })
  const made = await Promise.all(pairs)
  await artifact.close()
  return made
}

/** How many of the lines that remain are the one that was put in. */
function nearestAndDiff(index: OriginIndex, { name, after }: Pair): number {
  const [edition] = index.nearest({ name, lines: linesOf(readFileSync(after)), among: "renamed" }, 1)
  const hunks = edition === undefined ? undefined : diffLines([...edition.lines].map(String), [...edition.query].map(String), 50_000_000)
  return hunks?.reduce((sum, { start, end }) => sum + end - start, 0) ?? Number.NaN
}

async function nearest(runs: number, pairs: readonly Pair[], cache: string | undefined) {
  const environment = { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" }
  const seconds = { ours: [] as number[], git: [] as number[] }
  let alone = 0
  for (let run = 0; run <= runs; run += 1) {
    const ours = await timed(async () => {
      const index = orThrow(await openOrigins(withoutOwn(cache)))
      alone = pairs.filter((pair) => nearestAndDiff(index, pair) === 1).length
      index.close()
    })
    const git = await timed(() => {
      for (const { before, after } of pairs)
        spawnSync("git", ["diff", "--no-index", "--no-color", before, after], { env: environment, stdio: ["ignore", "pipe", "ignore"] })
    })
    if (run > 0) {
      seconds.ours.push(ours)
      seconds.git.push(git)
    }
  }
  return { seconds, alone }
}

/** The section `origins` of `npm run bench`: both sides of each figure in the same process, one after the other. */
export async function benchOrigins(runs: number, cache: string | undefined): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "everybyte-bench-origins-"))
  try {
    const pairs = await changedMacros(folder, cache)
    const looked = await lookUps(runs, cache)
    const near = await nearest(runs, pairs, cache)
    const row = (what: string, values: readonly number[], reference: readonly number[]): readonly string[] => {
      const { median, min, max } = spreadOf(values)
      return [what, median.toFixed(2), `${min.toFixed(2)} to ${max.toFixed(2)}`, (median / spreadOf(reference).median).toFixed(2)]
    }
    const index = orThrow(await openOrigins(withoutOwn(cache)))
    const files = index.origins.reduce((sum, origin) => sum + origin.files, 0)
    index.close()
    return [
      `The shipped index: ${(statSync(shippedOrigins).size / 1e6).toFixed(1)} MB, ${knownDigests().length} contents, ${files} files of ${index.origins.length} origins. Each side opens it and checks its digest.`,
      markdownTable(
        ["work", "median s", "range s", "time / reference"],
        [
          row(
            `SHA-256 of ${lookups} contents, ${Math.round(looked.mean / 100) / 10} KB on average (reference)`,
            looked.seconds.hash,
            looked.seconds.hash,
          ),
          row(`looking up ${lookups} digests, every second one known`, looked.seconds.look, looked.seconds.hash),
          row(
            `\`git diff --no-index\` of ${pairs.length} changed macros and the files that they were made from (reference)`,
            near.seconds.git,
            near.seconds.git,
          ),
          row(`finding the nearest origin of the same ${pairs.length}, and the ordered diff`, near.seconds.ours, near.seconds.git),
        ],
      ),
      `Of the ${pairs.length} changed macros of ${release} (one line more, one less), ${near.alone} are left with that one line to read.`,
    ].join("\n\n")
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
