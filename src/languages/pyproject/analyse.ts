import { type Place, text, type Value } from "../../model/code.ts"
import { fieldOf, type Named, textsIn, tomlFrontEnd } from "../toml-front-end.ts"

/** Packages around one module that are told; none real is deeper. */
const depthMax = 8

function* namedIn(manifest: unknown): Generator<Named> {
  const build = fieldOf(manifest, "build-system")
  for (const requirement of [...textsIn(fieldOf(build, "requires")), ...textsIn(fieldOf(fieldOf(manifest, "project"), "dependencies"))]) {
    const [, address] = elsewhere.exec(requirement) ?? []
    if (address !== undefined)
      yield { act: (at) => ({ kind: "runs", as: "module", language: "python", what: fetched(address, at), at }), words: requirement }
  }
  const folders = textsIn(fieldOf(build, "backend-path"))
  // Before a module, the packages around it are imported. With `module:object`, the object is found in it (PEP 517, "Build backend").
  for (const backend of textsIn(fieldOf(build, "build-backend")).slice(0, 1))
    for (const folder of folders)
      for (const module of packagesOf(backend))
        yield { act: (at) => ({ ...modulePart, what: placesOf(folder, module), at }), words: backend }
}

/** `name [extras] @ address` (PyPA specifications, "Dependency specifiers"), but for one of this machine. */
const elsewhere = /^\s*[\w.-]+\s*(?:\[[^\]]*\]\s*)?@\s*((?!file:)[a-z][a-z\d+.-]*:\S+)/i

const digest = /[#&]sha(?:256|384|512)=([\da-f]{64,})/i
const commit = /^git\+[^#@]*(?:@[^#@]*)?@([\da-f]{40})(?:#|$)/i

/** A digest behind a file's address, or the commit of a repository, says which bytes. */
function fetched(address: string, at: Place): Value {
  const [, pin] = (/^(?:git|hg|svn|bzr)\+/i.test(address) ? commit : digest).exec(address) ?? []
  return { kind: "fetched", from: text(address), at, ...(pin === undefined ? {} : { pin }) }
}

const modulePart = { kind: "runs", as: "module", language: "python", hook: "install" } as const

function packagesOf(backend: string): readonly (readonly string[])[] {
  const names = backend.replace(/:.*$/s, "").trim().split(".")
  return names.slice(0, depthMax).map((_, index) => names.slice(0, index + 1))
}

/** Where Python looks for a module below a folder of its path. */
function placesOf(folder: string, names: readonly string[]): Value {
  const stem = `${folder.replace(/\/+$/, "")}/${names.join("/")}`
  return { kind: "either", of: [`${stem}/__init__.py`, `${stem}.py`].map((path) => text(path)) }
}

export const analyse = tomlFrontEnd(namedIn)
