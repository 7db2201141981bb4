import { type Act, text, type Value } from "../../model/code.ts"
import { Gathered } from "../gathered.ts"
import { type Json, membersOf, readJson, stringsOf } from "../json.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"

/**
 * Scripts that npm runs without being told their name (npm docs, scripts: "Life Cycle Scripts" and "Life Cycle Operation Order"), in the order that they run in.
 * Others run when one of these calls them.
 */
const lifeCycle = [
  ...["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare", "dependencies"],
  ...["prepublishOnly", "prepack", "postpack", "publish", "postpublish", "preversion", "version", "postversion"],
  ...["prestart", "start", "poststart", "prerestart", "restart", "postrestart", "prestop", "stop", "poststop"],
  ...["pretest", "test", "posttest", "preuninstall", "uninstall", "postuninstall"],
]

/** `npm run x`, `yarn x`, `pnpm x`, `run-s x y`, `npm-run-all x`: names of scripts behind a runner. */
const runner = /\b(?:npm|yarn|pnpm|bun|npm-run-all2?|run-[sp]|concurrently)\b([^\n;&|]*)/g

function reached(scripts: ReadonlyMap<string, readonly Mapped[]>): readonly string[] {
  const names = new Set(lifeCycle.filter((name) => scripts.has(name)))
  for (const name of names)
    for (const script of scripts.get(name) ?? [])
      for (const [, rest = ""] of script.text.matchAll(runner))
        for (const word of rest.split(/[\s"']+/)) {
          const called = word.replace(/^npm:/, "")
          for (const one of called.endsWith("*")
            ? [...scripts.keys()].filter((own) => own.startsWith(called.replace(/\*+$/, "")))
            : [called])
            for (const also of [`pre${one}`, one, `post${one}`]) if (scripts.has(one) && scripts.has(also)) names.add(also)
        }
  return [...names]
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

const fetchedFrom = /^(?:https?:|git[+:@]|ssh:|github:|gitlab:|bitbucket:|gist:|[\w.-]+\/[\w.-]+(?:#|$))/

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
  for (const name of reached(scripts)) for (const script of scripts.get(name) ?? []) found.inner("shell", script, variables, name)

  // Without a script of its own, npm builds what has a binding.gyp (npm docs, scripts: "npm install").
  const { path } = source.place(0, 1)
  const folder = path.slice(0, path.lastIndexOf("/") + 1)
  const hasOwn = scripts.has("install") || scripts.has("preinstall")
  if (!hasOwn && analysis.files.has(`${folder}binding.gyp`))
    found.act({ kind: "runs", as: "module", what: text("binding.gyp"), language: "gyp", at: found.place(0, source.text.length) })

  for (const act of loaded(manifest, found)) found.act(act)
  return found.done()
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
    for (const value of membersOf(manifest, field))
      for (const { of } of stringsOf(value)) {
        const at = found.placeOf(of)
        if (fetchedFrom.test(of.text))
          yield { kind: "runs", as: "module", what: { kind: "fetched", from: text(of.text), at }, language: "javascript", at }
      }
}
