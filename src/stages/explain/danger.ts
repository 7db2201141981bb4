import { type Danger, dangers } from "../../model/ledger.ts"

/** By name; the first row that matches counts. The names are the field's, never a project's. */
const rows: readonly { readonly danger: Danger; readonly matches: RegExp }[] = [
  {
    danger: "runs at install",
    matches:
      /(^|[/!])(package\.json|setup\.py|binding\.gyp|preinst|postinst|prerm|postrm|scriptlets\/[^/!]+|install\.sh|post-?install[^/]*|pre-?install[^/]*|[^/]*\.pth)$/i,
  },
  {
    danger: "runs at build",
    matches:
      /(^|[/!])(configure|configure\.(ac|in)|config\.(guess|sub|rpath)|[^/]*\.m4|[^/]*\.m4sh|makefile[^/]*|gnumakefile|[^/]*\.(mk|mak|am|cmake|gyp|gypi|gradle|kts|pri|pro|bazel|bzl|spec)|cmakelists\.txt|meson\.build|meson_options\.txt|build\.(rs|xml|zig)|sconstruct|sconscript|wscript|ltmain\.sh|libtool|install-sh|missing|depcomp|compile|mkinstalldirs|ar-lib|test-driver|ylwrap|mdate-sh|py-compile|autogen\.sh|bootstrap[^/]*|buildconf|tox\.ini|noxfile\.py|conftest\.py|pyproject\.toml|setup\.cfg|cargo\.toml|pom\.xml|rakefile|gemfile|dockerfile)$/i,
  },
  {
    danger: "templates of the build",
    matches: /\.(in|pc\.in|h\.in|tmpl|template)$/i,
  },
  {
    danger: "scripts",
    matches: /\.(sh|bash|zsh|ksh|csh|py|pl|pm|rb|lua|tcl|awk|sed|ps1|bat|cmd|php)$/i,
  },
  {
    danger: "code",
    matches:
      /\.(c|h|cc|cpp|cxx|hh|hpp|hxx|s|asm|inc|rs|go|java|kt|scala|swift|m|mm|zig|d|v|js|cjs|mjs|jsx|ts|cts|mts|tsx|wasm|node|so|dll|dylib|o|a|exe|class|jar|y|l|rl|re|gperf|vala|hs|ml|ex|erl|clj|lisp|el|f|f90|cu|sql)$/i,
  },
  {
    danger: "settings and data",
    matches: /\.(json|json5|ya?ml|toml|ini|cfg|conf|xml|xsl|xslt|dtd|map|lock|csv|tsv|dat|txt\.gz)$/i,
  },
  {
    danger: "translations and prose",
    matches:
      /(\.(po|pot|gmo|mo|md|markdown|rst|txt|html?|css|tex|texi|texinfo|info|[1-9]|man|pdf|png|jpe?g|gif|svg|ico|eps|ps|roff|adoc|docbook)|(^|[/!])(changelog[^/]*|changes|news|readme[^/]*|authors|thanks|todo|copying[^/]*|licen[cs]e[^/]*|install|history|about-nls|linguas))$/i,
  },
]

/** The danger of an entry. An executable file is at least a script, and opaque bytes are never mere data. */
export function dangerOf(entry: { readonly path: string; readonly mode: number; readonly opaque: boolean; readonly type: string }): Danger {
  const named = rows.find((row) => row.matches.test(entry.path))?.danger ?? "others"
  if (entry.type === "file" && (entry.mode & 0o111) !== 0) return worse(named, "scripts")
  return entry.opaque && named !== "translations and prose" ? worse(named, "opaque data") : named
}

const worse = (a: Danger, b: Danger): Danger => (dangers.indexOf(a) < dangers.indexOf(b) ? a : b)
