import type { Procedure } from "../../model/replay.ts"
import type { Generator, GeneratorFacts, Stated } from "../generator.ts"
import { replayScript } from "../script.ts"
import { projectOf } from "./projects.ts"
import { nearestSuite, olderEditions } from "./suites.ts"

/** What projects call the script that runs autoreconf; the first that the tree has counts. */
const bootstraps = ["autogen.sh", "bootstrap", "bootstrap.sh", "buildconf", "build/autogen.sh"] as const

/** What autoconf makes `configure` of; the first counts. */
const inputs = ["configure.ac", "configure.in"] as const

/** Files that autoconf, automake, libtool, gettext, bison, flex, texinfo and their kind write into a release. Linear in the length of a path, which is hostile. */
const writes =
  /(?:^|\/)(?:configure|aclocal\.m4|Makefile\.in|GNUmakefile\.in|config(?:ure)?\.h\.in|[^/]*config\.h\.in|autoconf\.h\.in|ChangeLog|CHANGES|INSTALL|stamp-po|stamp-vti|version\.texi|[^/]+\.(?:gmo|mo|pot|info|[1-9]|in\.h))$|^(?=.*\.(?:txt|html|wiki)$)(?:.*\/)?(?:man|docs?)\//

/** What shows whose autoconf wrote it. A libtool of another hand shows there too, in each macro of it that is used. */
const patched = /(?:^|\/)configure$/

/** The GNU build system: what `make dist` ships beside the commit's own files (automake(7), "Making a Release"). */
export const autotools: Generator = {
  name: "autotools",
  applies: ({ tree }) => inputs.some((path) => tree.has(path)),
  plan: async (facts) => {
    const [named] = inputs.filter((path) => facts.tree.has(path))
    const configureAc = named === undefined ? undefined : await facts.text(named)
    return configureAc === undefined ? [] : [procedureFor(facts, configureAc)]
  },
}

function procedureFor({ tree, commit, stated }: GeneratorFacts, configureAc: string): Procedure {
  const { project } = projectOf(configureAc)
  const script = bootstraps.find((path) => tree.has(path))
  const bootstrap = script === undefined ? "autoreconf -fi" : `sh ./${script}`
  const configure = project?.configure ?? "./configure"
  const build = project?.build
  const yacc = stated.versions.has("byacc") ? "YACC=byacc " : ""
  const dist = project?.dist ?? "make dist"
  const steps = [bootstrap, `${yacc}${configure}`, ...(build === undefined ? [] : [build]), dist]
  const history = project?.history === true
  const distributed = project?.distributed ?? stated.distributed
  const suite = nearestSuite(stated.versions)
  const older = olderEditions.filter(({ tool, version }) => stated.versions.get(tool) === version)
  const { originals, otherwise } = originalsFor(stated)
  return {
    generator: "autotools",
    revision: 1,
    commands: steps.join(" && "),
    script: replayScript({
      steps,
      commit: history ? commit : undefined,
      environment: { ...project?.environment, ...(dist.includes("$VERSION") ? { VERSION: stated.version ?? "" } : {}) },
      links: older.flatMap(({ version, programs }) => programs.map((program) => [program, `${program}${version}`] as const)),
    }),
    toolchain: distributed === undefined ? suite : `${suite}+${distributed}`,
    originals,
    // An older edition has files of its own, which no original is laid over.
    ...(older.length > 0 ? {} : { otherwise: { originals: otherwise, writes: patched } }),
    collation: project?.collation ?? "C.UTF-8",
    tools: toolsOf(stated, older),
    history,
    writes,
  }
}

/**
 * Which tools were upstream's: the likelier, and what else may be. The release's ltmain.sh says in VERSION who made the libtool; no file says whose the autoconf was,
 * which most likely came from where the libtool did.
 */
function originalsFor({ versions }: Stated): Record<"originals" | "otherwise", readonly string[]> {
  const libtool = versions.get("libtool")
  if (libtool === undefined) return { originals: ["autoconf", "libtool"], otherwise: [] }
  return /debian|ubuntu/i.test(libtool)
    ? { originals: [], otherwise: ["autoconf"] }
    : { originals: ["autoconf", "libtool"], otherwise: ["libtool"] }
}

const toolsOf = ({ versions }: Stated, older: typeof olderEditions): Procedure["tools"] =>
  ["autoconf", "automake", "libtool", "gettext", "bison", "byacc"].flatMap((tool) => {
    const stated = versions.get(tool)
    if (stated === undefined) return []
    const kept = older.find((edition) => edition.tool === tool)
    // byacc only says that it was there.
    return [{ tool, stated: /^\d/.test(stated) ? stated : undefined, package: kept === undefined ? tool : `${tool}${kept.version}` }]
  })
