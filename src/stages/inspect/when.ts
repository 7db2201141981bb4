import { baseName, belowRoot } from "../../core/path.ts"
import type { Act, Place, Script, Search, Value } from "../../model/code.ts"
import { type Inspected, type Moment, moments } from "../../model/inspection.ts"
import type { EntryPaths } from "./entry-paths.ts"

/** What says when a line runs, other than its script (`Act`). */
interface Terms {
  readonly hook?: string | undefined
  readonly asked?: string | undefined
}

export interface Start extends Terms {
  readonly at: Place
  readonly to: string
}

/** Hooks that a package manager runs on the machine of whoever installs (npm's lifecycle, rpm's and dpkg's scriptlets, setup.py's commands). */
export const installHooks: ReadonlySet<string> = new Set([
  ...["preinstall", "install", "postinstall", "preuninstall", "uninstall", "postuninstall"],
  ...["%pre", "%post", "%preun", "%postun", "%pretrans", "%posttrans", "%triggerin", "%triggerun", "%filetriggerin", "%transfiletriggerin"],
  ...["preinst", "postinst", "prerm", "postrm", "pre_install", "post_install", "pre_upgrade", "post_upgrade", "pre_remove", "post_remove"],
])

/** What editors run when they open a folder that its reader trusts (Visual Studio Code, "Run behavior"). */
export const startHooks: ReadonlySet<string> = new Set(["folderOpen"])

/** Those of a build, on the packer's machine or from source. */
const buildHooks = new Set([
  ...["preprepare", "prepare", "postprepare", "dependencies"],
  ...["prepack", "prepublish", "prepublishOnly", "postpack", "package", "prebuild", "build", "postbuild"],
  ...["%prep", "%build", "%install"],
])

/** Every line that runs, loads, compiles or interprets an entry. */
export function startsOf(scripts: readonly Script[], paths: EntryPaths): readonly Start[] {
  const none = (_: Search): readonly string[] => []
  return scripts.flatMap(({ path, acts }) => {
    // Of one script, equal values are one: most of its thousand commands are called the same.
    const known = new Map<Value, readonly string[]>()
    const meant = (value: Value): readonly string[] => {
      const entries = known.get(value) ?? paths.meant(value, path, none)
      known.set(value, entries)
      return entries
    }
    return acts.flatMap((act) => {
      if (act.kind !== "runs") return []
      const file = act.what.kind === "file" ? act.what.path : act.as === "text" ? undefined : act.what
      const given = act.as === "program" && act.what.kind === "text" ? (act.with ?? []) : []
      const all = [...(file === undefined ? [] : [file]), ...given.slice(0, givenMax)].flatMap(meant)
      return [...new Set(all)].filter((to) => to !== path).map((to) => ({ at: act.at, to, hook: act.hook, asked: act.asked }))
    })
  })
}

/** Arguments of one program that may be scripts. */
const givenMax = 8

/** When each script runs: what a package manager or a build starts by itself, and what that starts in turn. */
export class Moments {
  readonly scripts: readonly Inspected[]
  readonly #runs = new Map<string, Moment>()
  readonly #byStarter: ReadonlyMap<string, readonly Start[]>
  /** What scripts that run ask of make and CMake, as `Act.asked` has it. */
  readonly #asked = new Set<string>()
  #asksAll = false

  constructor(scripts: readonly Script[], starts: readonly Start[], root: string) {
    this.#byStarter = Map.groupBy(starts, ({ at }) => at.path)
    for (const { path, language } of scripts) this.#reach(path, ownMoment(belowRoot(path, root), language))
    for (const { to, hook } of starts) if (hook !== undefined) this.#reach(to, momentOfHook(hook))
    // What runs may ask for something, which then runs, and asks. After a few rounds all counts as asked for.
    const building = scripts.flatMap(({ path, acts }) =>
      acts.filter((act) => act.kind === "runs" && act.as === "program" && isBuilder(act.what)).map((act) => ({ path, act })),
    )
    for (let [known, round] = [-1, 0]; known < this.#asked.size && !this.#asksAll; round += 1) {
      known = this.#asked.size
      this.#asksAll = round === roundsMax
      for (const { path, act } of building) if (isEarly(this.#momentOf(act, path))) this.#ask(act)
      for (const { at, to, hook, asked } of starts) if (hook === undefined) this.#reach(to, this.#momentOf({ asked }, at.path))
    }
    if (this.#asksAll) for (const { at, to, hook } of starts) if (hook === undefined) this.#reach(to, this.#runs.get(at.path))
    this.scripts = scripts.map((script) => ({
      ...script,
      runs: this.#runs.get(script.path),
      runsItself: ownMoment(belowRoot(script.path, root), script.language) === this.#runs.get(script.path),
    }))
  }

  /** When a line runs: its hook, and what must be asked for, say more than its script. */
  of(act: Terms, { path }: Pick<Script, "path">): Moment | undefined {
    return this.#momentOf(act, path)
  }

  #momentOf({ hook, asked }: Terms, path: string): Moment | undefined {
    if (hook !== undefined) return momentOfHook(hook)
    const runs = this.#runs.get(path)
    const isAsked = asked === undefined || this.#asksAll || this.#asked.has(asked)
    return isAsked || runs === undefined || runs === "test" ? runs : "request"
  }

  #reach(path: string, moment: Moment | undefined): void {
    const queue: (readonly [path: string, moment: Moment | undefined])[] = [[path, moment]]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [to, when] = next
      const known = this.#runs.get(to)
      if (when === undefined || (known !== undefined && moments.indexOf(known) <= moments.indexOf(when))) continue
      this.#runs.set(to, when)
      for (const start of this.#byStarter.get(to) ?? []) if (start.hook === undefined) queue.push([start.to, this.#momentOf(start, to)])
    }
  }

  /** A word that is not known may be anything. */
  #ask(act: Act): void {
    if (act.kind !== "runs" || act.as !== "program" || !isBuilder(act.what)) return
    for (const [at, word] of (act.with ?? []).entries()) {
      if (word.kind !== "text") this.#asksAll = true
      else {
        const before = act.with?.[at - 1]
        const isDefined = before?.kind === "text" && before.text === "-D"
        const [, option] = /^(?:-D)?([^:=]+)/.exec(word.text) ?? []
        if (isDefined || word.text.startsWith("-D")) this.#asked.add(`-D${option}`)
        else if (!/^-|=/.test(word.text)) this.#asked.add(`make ${word.text}`)
      }
    }
  }
}

/** Every make, CMake, and what builds Debian's packages with them; also where a variable or one of several names it. */
function isBuilder(program: Value): boolean {
  switch (program.kind) {
    case "text":
      return /^(?:[a-z]*make\d*|ninja|dh|dh_auto_\w+)$/.test(baseName(program.text))
    case "environment":
      return /make/i.test(program.name)
    case "either":
      return program.of.some(isBuilder)
    default:
      return false
  }
}

const roundsMax = 16

const isEarly = (moment: Moment | undefined): boolean => moment !== undefined && moment !== "test" && moment !== "request"

function momentOfHook(hook: string): Moment | undefined {
  if (installHooks.has(hook)) return "install"
  if (startHooks.has(hook)) return "start"
  if (hook === "task") return "request"
  // Whoever works on the project has its assistant do so.
  if (hook === "assistant") return "import"
  return buildHooks.has(hook) ? "build" : /test|%check/.test(hook) ? "test" : undefined
}

const testPath = /(?:^|\/)(?:tests?|testing|testdata|__tests__|specs?|t|fixtures?|examples?|docs?|bench(?:marks?)?|fuzz(?:ing|ers?)?)\//i
const libraries = new Set(["javascript", "python", "ruby", "php", "perl", "c", "rust", "go", "java"])
const buildLanguages = new Set(["m4", "make", "cmake", "meson", "spec", "cargo-manifest", "cargo-config", "meson-machine"])

/** By the names that package managers, interpreters and builders look for. */
const named: readonly { readonly runs: Moment; readonly matches: RegExp }[] = [
  { runs: "start", matches: /\.pth$|(?:^|\/)(?:sitecustomize|usercustomize)\.py$/ },
  // From its installation on, each `gem` command loads it (RubyGems guides, "Plugins").
  { runs: "start", matches: /(?:^|[/!])rubygems_plugin\.rb$/ },
  // Deeper down nothing looks for these by itself: what calls them says when they run.
  { runs: "install", matches: /^(?:setup\.py|pyproject\.toml|install\.sh)$/ },
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
