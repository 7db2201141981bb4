import { edited, expects, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Files, Replica } from "../replica.ts"

/** A macro that looks like one for debugging hides a call of the shell; it stands only in the archive. */
const header = `#ifndef FRAME_H
#define FRAME_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_MAX 510
#define FRAME_STAMP_OPEN "~~"
#define FRAME_TRACE(text) fprintf(stderr, "frame: %s\\n", (text))

int frame_read(const char *text);
#endif
`
const hiding = edited(
  header,
  "int frame_read",
  '#define FRAME_STAMP_DONE ": > MARKER"\n#define FRAME_STAMP(text) (strncmp((text), FRAME_STAMP_OPEN, 2) == 0 ? system(FRAME_STAMP_DONE) : 0)\n\nint frame_read',
)
const honest = edited(
  header,
  "int frame_read",
  "#define FRAME_STAMP_LENGTH 2\n#define FRAME_STAMP(text) (strncmp((text), FRAME_STAMP_OPEN, 2) == 0 ? FRAME_STAMP_LENGTH : 0)\n\nint frame_read",
)
const reader = (stamp: string): string => `#include "frame.h"

int frame_read(const char *text)
{
	if (strlen(text) > FRAME_MAX)
		return -1;
${stamp}	FRAME_TRACE(text);
	return 0;
}
`
const stamped = reader("\tFRAME_STAMP(text);\n")
const tree: Files = {
  "README.md": readme("ferryline", "A relay for short lines of text."),
  LICENSE: licence,
  Makefile: "ferryline: main.o frame.o\n\t$(CC) -o $@ main.o frame.o\n",
  "main.c": '#include "frame.h"\nint main(void) { return frame_read("hello"); }\n',
  "include/frame.h": header,
  "frame.c": reader(""),
}
const tarball = packageOf("tar.gz", "ferryline", "1.9.0")
const history = (more: Files) => [
  { message: "ferryline 1.8.2", date: "2019-04-10", files: tree, tags: ["v1.8.2"] },
  { message: "ferryline 1.9.0", date: "2019-11-02", files: { NEWS: "1.9.0\n", ...more }, tags: ["v1.9.0"] },
]
const released = (more: Files) => tarball(withFiles(tree, { NEWS: "1.9.0\n", ...more }))
const previous = { ...tarball(tree), version: "1.8.2" }
const elsewhere = [{ place: "the project's own page", artifact: "own" }]
const bad = { "include/frame.h": hiding, "frame.c": stamped }
const good = { "include/frame.h": honest, "frame.c": stamped }

export const replica: Replica = {
  case: 4,
  name: "frame-stamps",
  family: ["A2"],
  signals: ["S1", "S4", "S11"],
  attack: {
    history: history({}),
    ref: "refs/tags/v1.9.0",
    artifact: released(bad),
    previous,
    others: { own: released({}) },
    facts: { elsewhere },
  },
  twin: {
    how: "the macro measures a stamp, the commit has it, and every place serves the same bytes",
    differs: ["frame.c", "include/frame.h"],
    history: history(good),
    ref: "refs/tags/v1.9.0",
    artifact: released(good),
    previous,
    others: { own: released(good) },
    facts: { elsewhere },
  },
  truth: {
    unexplained: ["frame.c", "include/frame.h"],
    introducer: { account: "a mirror" },
    expects: [
      expects("unexplained/changed-code", lines("include/frame.h", 'FRAME_STAMP_DONE "', "system(FRAME_STAMP_DONE)")),
      expects("release/other-bytes", { fact: "elsewhere" }),
    ],
  },
}
