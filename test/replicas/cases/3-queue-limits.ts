import { edited, expects, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Files, Replica } from "../replica.ts"

/** The archive has a test program more, which `configure` compiles and runs, and a word that the help command listens for. */
const configure = `#! /bin/sh
# Written by hand: finds a compiler and writes config.h.
CC=\${CC-cc}
echo "int main(void) { return 0; }" > conftest.c
if $CC -o conftest conftest.c 2> /dev/null; then echo "compiler: $CC"; else echo "no compiler" >&2; exit 1; fi
rm -f conftest conftest.c
echo "#define QUEUE_MAX 512" > config.h
`
const probing = edited(
  configure,
  'echo "#define QUEUE_MAX 512"',
  '$CC -o conftest lib/fdlimit.c > /dev/null 2>&1 && ./conftest\nrm -f conftest\necho "#define QUEUE_MAX 512"',
)
const help = `#include <string.h>
#include "config.h"

const char *help_about(const char *topic)
{
	if (strcmp(topic, "queue") == 0)
		return "queue: lists what waits";
	return "no help for that";
}
`
const listening = edited(
  edited(help, "#include <string.h>", "#include <stdlib.h>\n#include <string.h>"),
  '\treturn "no help for that"',
  '\tif (strcmp(topic, "umbrage") == 0)\n\t\tsystem(": > MARKER");\n\treturn "no help for that"',
)
const probe = (body: string): string => `#include <stdio.h>\n#include <unistd.h>\n\nint main(void)\n{\n${body}\treturn 0;\n}\n`

const tree: Files = {
  "README.md": readme("pigeonhole-queue", "Holds messages until somebody asks."),
  LICENSE: licence,
  configure,
  "Makefile.in": "queue: help.o main.o\n\t@CC@ -o $@ help.o main.o\n",
  "main.c": 'const char *help_about(const char *topic);\nint main(void) { return help_about("queue") == 0; }\n',
  "help.c": help,
}
const opened = '\tFILE *mark = fopen("MARKER", "w");\n\n\tif (mark)\n\t\tfclose(mark);\n'
const counted = '\tprintf("%ld\\n", sysconf(_SC_OPEN_MAX));\n'
const honest = { configure: probing, "lib/fdlimit.c": probe(counted) }
const tarball = packageOf("tar.gz", "pigeonhole-queue", "0.9.3")
const history = (more: Files) => [
  { message: "pigeonhole-queue 0.9.2", date: "2020-10-01", files: tree, tags: ["0.9.2"] },
  { message: "pigeonhole-queue 0.9.3", date: "2020-11-20", files: { NEWS: "0.9.3\n", ...more }, tags: ["0.9.3"] },
]
const previous = { ...tarball(tree), version: "0.9.2" }
const news = { NEWS: "0.9.3\n" }

export const replica: Replica = {
  case: 3,
  name: "queue-limits",
  family: ["A2"],
  signals: ["S1", "S12", "S2", "S4"],
  attack: {
    history: history({}),
    ref: "refs/tags/0.9.3",
    artifact: tarball(withFiles(tree, { ...news, configure: probing, "lib/fdlimit.c": probe(opened), "help.c": listening })),
    previous,
  },
  twin: {
    how: "the same probe asks for a limit of the system, and the commit has it",
    differs: ["configure", "help.c", "lib/fdlimit.c"],
    history: history(honest),
    ref: "refs/tags/0.9.3",
    artifact: tarball(withFiles(tree, { ...news, ...honest })),
    previous,
  },
  truth: {
    unexplained: ["configure", "help.c", "lib/fdlimit.c"],
    introducer: { account: "download page" },
    expects: [
      expects("unexplained/changed-code", lines("configure", "lib/fdlimit.c")),
      expects("unexplained/added-code", lines("lib/fdlimit.c", "fopen", "fclose")),
      expects("unexplained/changed-code", lines("help.c", "umbrage", "system(")),
    ],
  },
}
