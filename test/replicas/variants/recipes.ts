import type { CarrierName } from "./carriers.ts"
import type { FilterName } from "./filters.ts"
import type { HostName } from "./hosts.ts"
import type { NativeName } from "./native-names.ts"
import type { SinkName, Style } from "./shell.ts"
import type { SliceName } from "./slices.ts"

export type FinderName = "content" | "extended" | "name" | "glob" | "constant" | "size" | "largest" | "order"

/** What the honest sibling does with its data instead. */
export type Honest = "compares" | "tabulates" | "lists"

/** How a variant is put together. Words, numbers and the order of files come from a seed. */
export type Recipe =
  | {
      readonly host: HostName
      readonly carrier: CarrierName
      readonly finder: FinderName
      readonly slice: SliceName
      /** In the order in which they decode. */
      readonly filters: readonly FilterName[]
      readonly sink: SinkName
      readonly style: Style
      readonly honest: Honest
    }
  /** In the build system's own language. */
  | { readonly native: NativeName; readonly carrier: CarrierName }

export const of = (
  host: HostName,
  carrier: CarrierName,
  finder: FinderName,
  slice: SliceName,
  filters: readonly FilterName[],
  end: { readonly sink?: SinkName; readonly style?: Style; readonly honest?: Honest } = {},
): Recipe => ({
  host,
  carrier,
  finder,
  slice,
  filters,
  sink: end.sink ?? "sh",
  style: end.style ?? "plain",
  honest: end.honest ?? "compares",
})

/** Those that rules are developed on. */
export const visibleRecipes: readonly Recipe[] = [
  of("macroOfRelease", "archive", "content", "fence", ["rotate", "base64"], { sink: "shell", style: "backticks", honest: "lists" }),
  of("macro", "torn", "extended", "bytes", ["high", "xz"], { sink: "configShell", style: "evaluated", honest: "lists" }),
  of("autoconf", "image", "constant", "dd", ["gzip"], { sink: "sh", honest: "compares" }),
  of("autoconf", "font", "name", "fence", ["rev", "base64", "gzip"], { style: "pieces", honest: "tabulates" }),
  of("configure", "translations", "glob", "prefix", ["base64"], { sink: "eval", style: "backticks", honest: "lists" }),
  of("configure", "compressedLog", "size", "logged", [], { style: "backslashes", honest: "compares" }),
  of("automake", "translations", "content", "column", ["hex"], { honest: "lists" }),
  of("automake", "image", "largest", "bytes", ["bzip2"], { style: "functions", honest: "compares" }),
  of("makefile", "torn", "constant", "head", ["digits", "hex"], { sink: "argument", honest: "tabulates" }),
  of("makefile", "compressed", "name", "awk", ["base64", "xz"], { sink: "bash", style: "pieces", honest: "compares" }),
  of("cmake", "archive", "content", "fence", ["rotate", "base64"], { honest: "lists" }),
  of("cmake", "font", "constant", "dd", ["gzip"], { style: "evaluated", honest: "compares" }),
  of("meson", "certificate", "glob", "prefix", ["base64"], { sink: "lines", honest: "tabulates" }),
  of("meson", "torn", "name", "head", ["high", "gzip"], { style: "functions", honest: "compares" }),
  of("debian", "log", "constant", "column", ["rev", "hex"], { sink: "eval", style: "backticks", honest: "tabulates" }),
  of("debian", "image", "name", "bytes", ["xz"], { sink: "source", honest: "compares" }),
  of("spec", "archive", "extended", "fence", ["letters", "base64", "bzip2"], { style: "translated", honest: "lists" }),
  of("workflow", "torn", "constant", "dd", ["xz"], { sink: "bash", honest: "compares" }),
  { native: "setupExec", carrier: "torn" },
  { native: "setupTranslate", carrier: "archive" },
  { native: "buildRs", carrier: "font" },
  { native: "prepareJs", carrier: "image" },
  { native: "rakefile", carrier: "compressed" },
  { native: "makefilePl", carrier: "translations" },
]
