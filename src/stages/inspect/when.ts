import { belowRoot } from "../../core/path.ts"
import type { Act, Place, Script, Search } from "../../model/code.ts"
import { type Inspected, type Moment, moments } from "../../model/inspection.ts"
import type { EntryPaths } from "./entry-paths.ts"

export interface Start {
  readonly at: Place
  readonly to: string
  readonly hook: string | undefined
}

/** Hooks that a package manager runs on the machine of whoever installs (npm's lifecycle, rpm's and dpkg's scriptlets, setup.py's commands). */
export const installHooks: ReadonlySet<string> = new Set([
  ...["preinstall", "install", "postinstall", "preuninstall", "uninstall", "postuninstall"],
  ...["%pre", "%post", "%preun", "%postun", "%pretrans", "%posttrans", "%triggerin", "%triggerun", "%filetriggerin", "%transfiletriggerin"],
  ...["preinst", "postinst", "prerm", "postrm", "pre_install", "post_install", "pre_upgrade", "post_upgrade", "pre_remove", "post_remove"],
])

/** Those of a build, on the packer's machine or from source. */
const buildHooks = new Set([
  "prepare",
  "prepack",
  "prepublish",
  "prepublishOnly",
  "postpack",
  "build",
  "%prep",
  "%build",
  "%install",
  "package",
  "prebuild",
  "postbuild",
])

/** Every line that runs, loads, compiles or interprets an entry. */
export function startsOf(scripts: readonly Script[], paths: EntryPaths): readonly Start[] {
  const none = (_: Search): readonly string[] => []
  return scripts.flatMap(({ path, acts }) =>
    acts.flatMap((act) => {
      if (act.kind !== "runs") return []
      const file = act.what.kind === "file" ? act.what.path : act.as === "text" ? undefined : act.what
      const given = act.as === "program" && act.what.kind === "text" ? (act.with ?? []) : []
      const all = [...(file === undefined ? [] : [file]), ...given.slice(0, givenMax)].flatMap((value) => paths.meant(value, path, none))
      return [...new Set(all)].filter((to) => to !== path).map((to) => ({ at: act.at, to, hook: act.hook }))
    }),
  )
}

/** Arguments of one program that may be scripts. */
const givenMax = 8

/** When each script runs: what a package manager or a build starts by itself, and what that starts in turn. */
export function whenEachRuns(scripts: readonly Script[], starts: readonly Start[], root: string): readonly Inspected[] {
  const runs = new Map<string, Moment>()
  const byStarter = Map.groupBy(starts, ({ at }) => at.path)
  const queue: string[] = []
  const reach = (path: string, moment: Moment | undefined): void => {
    const known = runs.get(path)
    if (moment === undefined || (known !== undefined && moments.indexOf(known) <= moments.indexOf(moment))) return
    runs.set(path, moment)
    queue.push(path)
  }
  for (const { path, language } of scripts) reach(path, ownMoment(belowRoot(path, root), language))
  for (const { to, hook } of starts) if (hook !== undefined) reach(to, momentOfHook(hook))
  for (let path = queue.pop(); path !== undefined; path = queue.pop())
    for (const { to, hook } of byStarter.get(path) ?? []) if (hook === undefined) reach(to, runs.get(path))
  return scripts.map((script) => ({
    ...script,
    runs: runs.get(script.path),
    runsItself: ownMoment(belowRoot(script.path, root), script.language) === runs.get(script.path),
  }))
}

/** When a line runs: its hook says more than its script. */
export const momentOf = (act: Act, script: Inspected): Moment | undefined => (act.hook === undefined ? script.runs : momentOfHook(act.hook))

function momentOfHook(hook: string): Moment | undefined {
  if (installHooks.has(hook)) return "install"
  return buildHooks.has(hook) ? "build" : /test|%check/.test(hook) ? "test" : undefined
}

const testPath = /(?:^|\/)(?:tests?|testing|testdata|__tests__|specs?|t|fixtures?|examples?|docs?|bench(?:marks?)?)\//i
const libraries = new Set(["javascript", "python", "ruby", "php", "perl", "c", "rust", "go", "java"])
const buildLanguages = new Set(["m4", "make", "cmake", "meson", "spec"])

/** By the names that package managers, interpreters and builders look for. */
const named: readonly { readonly runs: Moment; readonly matches: RegExp }[] = [
  { runs: "start", matches: /\.pth$|(?:^|\/)(?:sitecustomize|usercustomize)\.py$/ },
  // Deeper down nothing looks for these two by itself: what calls them says when they run.
  { runs: "install", matches: /^(?:setup\.py|install\.sh)$/ },
  { runs: "install", matches: /(?:^|[/!])(?:(?:pre|post)(?:inst|rm)|scriptlets\/[^/!]+|[^/]*\.install)$/ },
  {
    runs: "build",
    matches:
      /(?:^|\/)(?:configure|build\.rs|extconf\.rb|makefile\.pl|build\.pl|rakefile|autogen\.sh|bootstrap(?:\.sh)?|buildconf|ltmain\.sh|config\.(?:guess|sub|rpath)|install-sh|missing|depcomp|compile|test-driver|ylwrap|py-compile|mkinstalldirs|PKGBUILD|APKBUILD|[^/]*\.ebuild)$/i,
  },
]

/** What runs by its name and place alone. The code of a library is taken to run when it is imported: whether each file is reached would take a resolver of each ecosystem. */
function ownMoment(path: string, language: string): Moment | undefined {
  if (testPath.test(path)) return "test"
  const byName = named.find(({ matches }) => matches.test(path))?.runs
  if (byName !== undefined) return byName
  if (buildLanguages.has(language)) return "build"
  return libraries.has(language) ? "import" : undefined
}
