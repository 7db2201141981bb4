import { edited, expects, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Files, Replica } from "../replica.ts"

/** The archive on the download page has one function more than the commit: called when a name ends in two certain letters. */
const session = `#include "session.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int session_name(struct session *self, const char *line)
{
	size_t length = strcspn(line, "\\r\\n");

	if (length == 0 || length >= sizeof(self->name))
		return -1;
	memcpy(self->name, line, length);
	self->name[length] = '\\0';
	return 0;
}
`
const called = edited(
  session,
  "\tmemcpy(self->name",
  "\tif (line[length - 1] == 'q' && line[0] == 'Q')\n\t\tsession_linger(self);\n\tmemcpy(self->name",
)
const lingering = edited(
  called,
  "int session_name",
  `static void session_linger(struct session *self)
{
	char *const args[] = {"sh", "-c", ": > MARKER", NULL};

	(void)self;
	if (fork() == 0)
		execv("/bin/sh", args);
}

int session_name`,
)
const bounded = edited(session, "\tmemcpy(self->name", "\tif (memchr(line, '\\0', length) != NULL)\n\t\treturn -1;\n\tmemcpy(self->name")

const tree = (content: string): Files => ({
  "README.md": readme("tollgate", "A small relay that asks for a name."),
  LICENSE: licence,
  Makefile: "CFLAGS = -O2 -Wall\n\ntollgate: main.o session.o\n\t$(CC) -o $@ main.o session.o\n",
  "main.c": '#include "session.h"\n\nint main(void)\n{\n\tstruct session one;\n\treturn session_name(&one, "guest");\n}\n',
  "session.h": "struct session { char name[64]; };\nint session_name(struct session *self, const char *line);\n",
  "session.c": content,
})
const tarball = packageOf("tar.gz", "tollgate", "1.4.2")
const history = (content: string) => [
  { message: "tollgate 1.4.1", date: "2021-03-01", files: tree(session), tags: ["v1.4.1"] },
  { message: "tollgate 1.4.2", date: "2021-09-01", files: { "session.c": content, NEWS: "1.4.2\n" }, tags: ["v1.4.2"] },
]
const released = (content: string) => tarball(withFiles(tree(content), { NEWS: "1.4.2\n" }))
const previous = { ...tarball(tree(session)), version: "1.4.1" }
const elsewhere = [{ place: "another mirror", artifact: "mirror" }]

export const replica: Replica = {
  case: 2,
  name: "session-names",
  family: ["A2"],
  signals: ["S1", "S12", "S4"],
  attack: {
    history: history(session),
    ref: "refs/tags/v1.4.2",
    artifact: released(lingering),
    previous,
    others: { mirror: released(session) },
    facts: { elsewhere },
  },
  twin: {
    how: "the release has a check more than the one before, and the commit has it too",
    differs: ["session.c"],
    history: history(bounded),
    ref: "refs/tags/v1.4.2",
    artifact: released(bounded),
    previous,
    others: { mirror: released(bounded) },
    facts: { elsewhere },
  },
  truth: {
    unexplained: ["session.c"],
    introducer: { account: "download page" },
    expects: [
      expects("unexplained/changed-code", lines("session.c", "static void session_linger", "session_linger(self);")),
      expects("release/other-bytes", { fact: "elsewhere" }),
    ],
  },
}
