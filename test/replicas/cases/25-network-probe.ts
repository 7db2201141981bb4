import { edited, expects, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Change, Files, Replica } from "../replica.ts"

/** A probe for a protection of the kernel cannot compile for a stray character; the other build system's twin of it can. All of it is in the commit. */
const cmake = `cmake_minimum_required(VERSION 3.20)
project(sluice C)
include(CheckCSourceCompiles)

add_executable(sluice main.c)

check_c_source_compiles("
        #define _GNU_SOURCE
        #include <sched.h>
        #include <stddef.h>

        int main(void)
        {
            return unshare(CLONE_NEWUSER | CLONE_NEWNET);
        }
    " HAVE_OWN_NETWORK)

if(HAVE_OWN_NETWORK)
    target_compile_definitions(sluice PRIVATE HAVE_OWN_NETWORK)
endif()
`
const stray = edited(cmake, "        #include <stddef.h>\n\n", "        #include <stddef.h>\n        ,\n")
const autoconf = `AC_INIT([sluice], [5.1.0])
AC_PROG_CC
AC_MSG_CHECKING([for networks of our own])
AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#define _GNU_SOURCE
#include <sched.h>
#include <stddef.h>
int main(void)
{
	return unshare(CLONE_NEWUSER | CLONE_NEWNET);
}
]])], [AC_DEFINE([HAVE_OWN_NETWORK], [1], [Whether the network can be given up.])])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
`
const before: Files = {
  "README.md": readme("sluice", "Filters a stream."),
  LICENSE: licence,
  "configure.ac": "AC_INIT([sluice], [5.0.0])\nAC_PROG_CC\nAC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n",
  "CMakeLists.txt": "cmake_minimum_required(VERSION 3.20)\nproject(sluice C)\nadd_executable(sluice main.c)\n",
  "main.c":
    "#ifdef HAVE_OWN_NETWORK\n#define _GNU_SOURCE\n#include <sched.h>\n#endif\n\nint main(void)\n{\n#ifdef HAVE_OWN_NETWORK\n\tunshare(CLONE_NEWUSER | CLONE_NEWNET);\n#endif\n\treturn 0;\n}\n",
}
const history = (probe: string): readonly Change[] => [
  { message: "sluice 5.0.0", date: "2022-08-01", files: before, tags: ["v5.0.0"] },
  {
    message: "build: give up the network where it can be done",
    date: "2022-12-01",
    author: 2,
    files: { "configure.ac": autoconf, "CMakeLists.txt": probe },
  },
  { message: "sluice 5.1.0", date: "2022-12-05", author: 2, files: { NEWS: "5.1.0\n" }, tags: ["v5.1.0"] },
]
const tarball = packageOf("tar.gz", "sluice", "5.1.0")
const released = (probe: string) => tarball(withFiles(before, { "configure.ac": autoconf, "CMakeLists.txt": probe, NEWS: "5.1.0\n" }))
const previous = { ...tarball(before), version: "5.0.0" }

export const replica: Replica = {
  case: 25,
  name: "network-probe",
  family: ["A11"],
  signals: ["S13"],
  attack: { history: history(stray), ref: "refs/tags/v5.1.0", artifact: released(stray), previous },
  twin: {
    how: "the probe compiles",
    differs: ["CMakeLists.txt"],
    history: history(cmake),
    ref: "refs/tags/v5.1.0",
    artifact: released(cmake),
    previous,
  },
  truth: {
    effect: "none",
    unexplained: [],
    introducer: { commit: 1 },
    expects: [expects("hardening/dead-probe", lines("CMakeLists.txt", "check_c_source_compiles(", '" HAVE_OWN_NETWORK)'))],
  },
}
