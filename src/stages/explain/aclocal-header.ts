/** What stands above the parts of an aclocal.m4. */
export interface AclocalHeader {
  readonly tool: string
  readonly lines: readonly string[]
}

const generated = /^# generated automatically by aclocal ((\d+)\.(\d+)(?:\.\d+)?[a-z]?) -\*- Autoconf -\*-\n$/
const copyright = /^# Copyright \(C\) 1996-(?:19|20)\d\d Free Software Foundation, Inc\.\n$/
const autoconf = /^m4_if\(m4_defn\(\[AC_AUTOCONF_VERSION\]\), \[(\d+\.\d+(?:\.\d+)?[a-z]?)\],,\n$/

/** The header is over by then. */
const headLines = 40

/**
 * The header that aclocal(1) of Automake 1.10 or later writes (aclocal.in, `write_aclocal`), whole, with the three fields that it fills in: its version, the
 * year, and the version of Autoconf. They are taken over from the text where they have the form of one, as nothing else knows them.
 */
export function aclocalHeader(lines: readonly string[]): AclocalHeader | undefined {
  const first = lines[0] ?? ""
  const [, version, major, minor] = generated.exec(first) ?? []
  const year = lines.slice(0, headLines).find((line) => copyright.test(line))
  const target = lines.slice(0, headLines).flatMap((line) => autoconf.exec(line)?.[1] ?? [])[0]
  if (version === undefined || year === undefined || target === undefined) return undefined
  const macroDirs = Number(major) > 1 || Number(minor) >= 13 ? [fallback] : []
  const text = [first.trimEnd(), "", year.trimEnd(), ...licence, ...macroDirs, ...warning(target), ""]
  return { tool: `aclocal ${version}`, lines: text.map((line) => `${line}\n`) }
}

const licence = [
  "",
  "# This file is free software; the Free Software Foundation",
  "# gives unlimited permission to copy and/or distribute it,",
  "# with or without modifications, as long as this notice is preserved.",
  "",
  "# This program is distributed in the hope that it will be useful,",
  "# but WITHOUT ANY WARRANTY, to the extent permitted by law; without",
  "# even the implied warranty of MERCHANTABILITY or FITNESS FOR A",
  "# PARTICULAR PURPOSE.",
  "",
]

const fallback =
  "m4_ifndef([AC_CONFIG_MACRO_DIRS], [m4_defun([_AM_CONFIG_MACRO_DIRS], [])m4_defun([AC_CONFIG_MACRO_DIRS], [_AM_CONFIG_MACRO_DIRS($@)])])"

const warning = (version: string): readonly string[] => [
  "m4_ifndef([AC_AUTOCONF_VERSION],",
  "  [m4_copy([m4_PACKAGE_VERSION], [AC_AUTOCONF_VERSION])])dnl",
  `m4_if(m4_defn([AC_AUTOCONF_VERSION]), [${version}],,`,
  `[m4_warning([this file was generated for autoconf ${version}.`,
  "You have another version of autoconf.  It may work, but is not guaranteed to.",
  "If you have problems, you may need to regenerate the build system entirely.",
  "To do so, use the procedure documented by the package, typically 'autoreconf'.])])",
]
