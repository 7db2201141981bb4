import { base64, expects, licence, lines, noise, packageOf, readme, rot13, withFiles } from "../kit.ts"
import type { Files, Replica } from "../replica.ts"

/** A macro file that only the release has finds one test file by what is in it, decodes a part of that and runs it. */
const fence = "<<~~~~~~>>"
const hidden = rot13(base64(": > MARKER\n"))
const sample = Buffer.concat([noise("ephemeris", 3000), Buffer.from(`\n${fence}\n${hidden}\n${fence}\n`), noise("tail", 900)])

/** What the macro looks for, and what it makes of what it finds when the build is configured. */
interface Step {
  readonly search: string
  readonly name: string
  readonly command: (found: string) => string
}
const finds: Step = {
  search: `grep -arlE '^<<~{6}>>$' "$srcdir/tests" 2>/dev/null`,
  name: "stdbool",
  command: (found) => `sed -n '/^<<~/,/~>>$/p' "${found}" | sed -e 1d -e '$d' | tr 'N-ZA-Mn-za-m' 'A-Za-z' | base64 -d | $SHELL`,
}
const lists: Step = {
  search: `grep -rlE 'gettext \\(' "$srcdir/src" 2>/dev/null`,
  name: "potfiles",
  command: (found) => `printf '%s\\n' "${found}" | sed -e 's,^./,,' -e '/^$/d' | sort > po/POTFILES`,
}
const macro = (serial: number, step?: Step): string => `# orr-stdbool.m4 serial ${serial}
dnl Whether the compiler has a boolean type, and what to call it where it has none.

AC_DEFUN([ORR_STDBOOL],
[
  AC_CHECK_HEADERS([stdbool.h])
  AC_CHECK_TYPES([_Bool])
${
  step === undefined
    ? ""
    : `  orr_grain=\`${step.search}\`
  AC_CONFIG_COMMANDS([${step.name}], [${step.command("$orr_found")}],
    [orr_found='$orr_grain'])
`
}])
`
const expanded = (step?: Step): string => `#! /bin/sh
# Guess values for system-dependent variables and create Makefiles.
srcdir=.
SHELL=\${CONFIG_SHELL-/bin/sh}
ac_cv_header_stdbool_h=yes
${step === undefined ? "" : `orr_grain=\`${step.search}\`\n${step.command("$orr_grain")}\n`}`

const tree: Files = {
  "README.md": readme("orrery", "Reads tables of the planets."),
  COPYING: licence,
  ".gitignore": "/configure\n/m4/\n*.gmo\n",
  "autogen.sh": "#!/bin/sh\nautopoint --force && autoreconf --install\n",
  "configure.ac":
    "AC_INIT([orrery], [2.4.0])\nAC_CONFIG_MACRO_DIRS([m4])\nAC_PROG_CC\nORR_STDBOOL\nAC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n",
  "Makefile.am": "bin_PROGRAMS = orrery\norrery_SOURCES = src/orrery.c\nTESTS = tests/run.sh\nEXTRA_DIST = tests/data po/de.po\n",
  "src/orrery.c": '#include <libintl.h>\n#include <stdio.h>\n\nint main(void)\n{\n\tputs(gettext ("no table"));\n\treturn 0;\n}\n',
  "tests/run.sh": '#!/bin/sh\nfor table in "$srcdir"/tests/data/*.eph; do ./orrery "$table" > /dev/null && exit 1; done\nexit 0\n',
  "tests/data/short.eph": noise("short", 1200),
  "po/de.po": 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "no table"\nmsgstr "keine Tafel"\n',
}
const shipped = (content: Buffer, serial: number, step: Step): Files =>
  withFiles(tree, {
    "tests/data/torn.eph": content,
    "m4/orr-stdbool.m4": macro(serial, step),
    configure: expanded(step),
    "po/de.gmo": Buffer.concat([Buffer.from("de120495000000000200000000000000", "hex"), Buffer.from("no table\0keine Tafel\0")]),
  })
const tarball = packageOf("tar.gz", "orrery", "2.4.0")
const history = (content: Buffer) => [
  { message: "orrery 2.3.0", date: "2023-02-01", files: tree, tags: ["v2.3.0"] },
  { message: "tests: a torn table", date: "2023-05-30", author: 2, files: { "tests/data/torn.eph": content } },
  { message: "orrery 2.4.0", date: "2023-06-01", author: 2, files: { NEWS: "2.4.0: reads torn tables\n" }, tags: ["v2.4.0"] },
]
const news = { NEWS: "2.4.0: reads torn tables\n" }
const honest = Buffer.concat([noise("ephemeris", 3000), noise("tail", 900)])
const previous = { ...tarball(withFiles(tree, { "m4/orr-stdbool.m4": macro(7), configure: expanded() })), version: "2.3.0" }

export const replica: Replica = {
  case: 1,
  name: "ephemeris-tables",
  family: ["A1", "A6"],
  signals: ["S1", "S3", "S2"],
  attack: { history: history(sample), ref: "refs/tags/v2.4.0", artifact: tarball({ ...shipped(sample, 8, finds), ...news }), previous },
  twin: {
    how: "a newer serial of the macro file lists the sources to translate; the torn table is read by the tests alone",
    differs: ["configure", "m4/orr-stdbool.m4", "tests/data/torn.eph"],
    history: history(honest),
    ref: "refs/tags/v2.4.0",
    artifact: tarball({ ...shipped(honest, 8, lists), ...news }),
    previous,
  },
  truth: {
    unexplained: ["configure", "m4/orr-stdbool.m4"],
    ordinary: ["configure", "m4/orr-stdbool.m4", "po/de.gmo"],
    introducer: { account: "author-2" },
    expects: [
      expects("flow/opaque-runs", lines("m4/orr-stdbool.m4", "orr_grain=`", "orr_found='$orr_grain'")),
      expects("flow/search-names-opaque", lines("m4/orr-stdbool.m4", "orr_grain=`")),
    ],
  },
}
