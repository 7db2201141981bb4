import { directoryOf } from "../../core/path.ts"
import { type Act, text, type Value } from "../../model/code.ts"
import { Gathered } from "../gathered.ts"
import { type Json, membersOf, readJson, stringsOf } from "../json.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { ownPath } from "../own-path.ts"
import { fetchedBy } from "./fetched.ts"

/** On the machine of everybody who installs. */
const ofInstalls = ["preinstall", "install", "postinstall", "preuninstall", "uninstall", "postuninstall"]

/**
 * Scripts that npm runs without being told their name (npm docs, scripts: "Life Cycle Scripts" and "Life Cycle Operation Order"): first those of every machine
 * that installs, then those of a build, then the others. Others run when one of these calls them.
 */
const lifeCycle = [
  ...ofInstalls,
  ...["prepublish", "preprepare", "prepare", "postprepare", "dependencies"],
  ...["prepublishOnly", "prepack", "postpack", "publish", "postpublish", "preversion", "version", "postversion"],
  ...["prestart", "start", "poststart", "prerestart", "restart", "postrestart", "prestop", "stop", "poststop"],
  ...["pretest", "test", "posttest"],
]

/** Whoever builds runs these, although npm does not. */
const builds = /^(?:(?:pre|post)?build|package)$/

/** `npm run x`, `yarn x`, `pnpm x`, `node --run x`, `run-s x y`, `npm-run-all x`: names of scripts behind a runner. */
const runner = /\b(?:npm|yarn|pnpm|bun|npm-run-all2?|run-[sp]|concurrently|node\s+--run)\b([^\n;&|]*)/g

/** Every script that runs by itself, with the first one of the life cycle that gets there: what that calls runs when it does. */
function reached(scripts: ReadonlyMap<string, readonly Mapped[]>, found: Gathered): ReadonlyMap<string, string> {
  const hooks = new Map<string, string>()
  for (const hook of lifeCycle) {
    if (!scripts.has(hook) || hooks.has(hook)) continue
    const queue = new Map([[hook, hook]])
    for (const [name, by] of queue) {
      const runs = builds.test(name) && !ofInstalls.includes(by) ? name : by
      hooks.set(name, runs)
      for (const script of scripts.get(name) ?? [])
        for (const one of called(script, scripts, found)) if (!hooks.has(one) && !queue.has(one)) queue.set(one, runs)
    }
  }
  return hooks
}

function* called(script: Mapped, scripts: ReadonlyMap<string, readonly Mapped[]>, found: Gathered): Generator<string> {
  for (const [, rest = ""] of script.text.matchAll(runner))
    for (const word of rest.split(/[\s"']+/)) {
      const named = word.replace(/^npm:/, "")
      if (named.endsWith("*") && !found.spend(scripts.size, script.from(0))) return
      for (const one of named.endsWith("*") ? [...scripts.keys()].filter((own) => own.startsWith(named.replace(/\*+$/, ""))) : [named])
        for (const also of [`pre${one}`, one, `post${one}`]) if (scripts.has(one) && scripts.has(also)) yield also
    }
}

/** What npm puts into the environment of scripts: every field of the manifest (npm docs, scripts: "package.json vars"). */
function environment(manifest: Json): ReadonlyMap<string, Value> {
  const variables = new Map<string, Value>()
  for (const { names, of } of stringsOf(manifest)) {
    if (names[0] === "scripts") continue
    variables.set(`npm_package_${names.join("_").replace(/[^A-Za-z0-9_]/g, "_")}`, text(of.text))
    if (variables.size >= 1000) break
  }
  return variables
}

export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const { value: manifest, brokenAt } = readJson(Mapped.whole(source.text), analysis.limits.scriptDepthMax)
  if (brokenAt !== undefined) found.giveUp(found.place(brokenAt, source.text.length), "no JSON from here on")
  if (manifest === undefined) return found.done()

  const scripts = new Map<string, Mapped[]>()
  for (const field of membersOf(manifest, "scripts"))
    if (field.kind === "object")
      for (const [name, script] of field.members) if (script.kind === "string") scripts.set(name, [...(scripts.get(name) ?? []), script.of])
  const variables = environment(manifest)
  const hooks = reached(scripts, found)
  for (const [name, hook] of hooks) for (const script of scripts.get(name) ?? []) found.inner("shell", script, variables, hook)

  const hook = builtBy(scripts, hooks)
  const { path } = source.place(0, 1)
  const own = ownPath(path, analysis.files)
  if (hook !== undefined && analysis.files.has(`${directoryOf(own)}binding.gyp`))
    found.act({ kind: "runs", as: "module", what: text("binding.gyp"), language: "gyp", hook, at: found.place(0, source.text.length) })

  for (const act of loaded(manifest, found)) found.act(act)
  return found.done()
}

/** What builds a binding.gyp: without a script of its own npm does (npm docs, scripts: "npm install"), else one that speaks of it. */
function builtBy(scripts: ReadonlyMap<string, readonly Mapped[]>, hooks: ReadonlyMap<string, string>): string | undefined {
  if (!scripts.has("install") && !scripts.has("preinstall")) return "install"
  return [...hooks].find(([name]) => scripts.get(name)?.some((script) => script.text.includes("gyp")))?.[1]
}

/** Modules that run as a command or when the package is imported, and dependencies that come from elsewhere than the registry. */
function* loaded(manifest: Json, found: Gathered): Generator<Act> {
  for (const field of ["bin", "main", "module", "browser", "exports"])
    for (const value of membersOf(manifest, field))
      for (const { of } of stringsOf(value)) {
        const what = text(of.text)
        if (!/\.(?:json|d\.[cm]?ts|css)$/.test(of.text))
          yield { kind: "runs", as: "module", what, language: "javascript", at: found.placeOf(of) }
      }
  for (const field of ["dependencies", "optionalDependencies"])
    for (const value of membersOf(manifest, field)) yield* fetchedBy(value, "install", found)
  // These hold for whoever installs the sources (npm docs, package.json: "overrides"; yarn, "Selective dependency resolutions"; pnpm, "overrides").
  const ownOverrides = membersOf(manifest, "pnpm").flatMap((pnpm) => membersOf(pnpm, "overrides"))
  for (const value of [...membersOf(manifest, "overrides"), ...membersOf(manifest, "resolutions"), ...ownOverrides])
    yield* fetchedBy(value, "build", found)
}
