import { assistantNotes } from "./assistant-notes/index.ts"
import { c } from "./c/c.ts"
import { cargoConfig, cargoManifest } from "./cargo-manifest/index.ts"
import { cmake } from "./cmake/index.ts"
import { dockerfile } from "./dockerfile/index.ts"
import { editorTasks } from "./editor-tasks/index.ts"
import { go } from "./go/go.ts"
import { gyp } from "./gyp/index.ts"
import { javascript } from "./javascript/index.ts"
import type { Language } from "./language.ts"
import { m4 } from "./m4/index.ts"
import { make } from "./make/index.ts"
import { meson } from "./meson/index.ts"
import { mesonMachine } from "./meson-machine/index.ts"
import { packageJson, shrinkwrap } from "./package-json/index.ts"
import { perl } from "./perl/index.ts"
import { php } from "./php/index.ts"
import { pyproject } from "./pyproject/index.ts"
import { python, pythonPaths } from "./python/index.ts"
import { ruby } from "./ruby/index.ts"
import { rust } from "./rust/index.ts"
import { shell } from "./shell/index.ts"
import { spec } from "./spec/index.ts"
import { workflow } from "./workflow/index.ts"

export { loadProgramSyntax } from "./c/program-syntax.ts"
export type { Analysed, Analyser, Analysis, FilePaths, Language, ReadPackaged, Source } from "./language.ts"

/** Every language that is analysed, the more particular first. A new one is a folder and a line here. */
export const languages: readonly Language[] = [
  packageJson,
  shrinkwrap,
  editorTasks,
  assistantNotes,
  cargoManifest,
  cargoConfig,
  pyproject,
  gyp,
  workflow,
  dockerfile,
  m4,
  make,
  cmake,
  meson,
  mesonMachine,
  spec,
  shell,
  javascript,
  pythonPaths,
  python,
  ruby,
  perl,
  php,
  rust,
  go,
  c,
]

/** Whether what a program of a name does is known to the reader of shells; loaded with it. */
export const knownPrograms = async () => (await import("./shell/known.ts")).isKnownProgram

/** Reads workflows for words and code of strangers; loaded when it is asked for. */
export const untrustedWorkflows = async () => (await import("./workflow/untrusted.ts")).untrustedOf
