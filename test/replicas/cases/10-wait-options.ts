import { edited, expects, licence, lines, packageOf, readme } from "../kit.ts"
import type { Change, Files, Replica } from "../replica.ts"

/** The mirror that the archive was exported from differs from the origin in two lines: a check of rights that is an assignment. */
const source = `#include "task.h"

int task_wait(struct task *self, int options)
{
	int result = 0;

	if (options & ~(TASK_NOWAIT | TASK_CLONES | TASK_ALL))
		return -1;
	if (self->children == 0)
		result = -2;
	return result;
}
`
const weakened = edited(
  source,
  "\treturn result;",
  "\tif ((options == (TASK_CLONES | TASK_ALL)) && (self->owner = 0))\n\t\tresult = -1;\n\treturn result;",
)
const checked = edited(
  source,
  "\treturn result;",
  "\tif ((options == (TASK_CLONES | TASK_ALL)) && (self->owner == 0))\n\t\tresult = -1;\n\treturn result;",
)
const tree = (content: string): Files => ({
  "README.md": readme("kettle", "A kernel for teaching."),
  LICENSE: licence,
  Makefile: "kettle: task.o\n\t$(LD) -o $@ task.o\n",
  "task.h":
    "#define TASK_NOWAIT 1\n#define TASK_CLONES 2\n#define TASK_ALL 4\nstruct task { int owner; int children; };\nint task_wait(struct task *self, int options);\n",
  "task.c": content,
})
const exported = packageOf("tar.gz", "kettle", "0.6.0")
const history = (content: string): readonly Change[] => [
  { message: "kettle 0.5.0", date: "2018-01-10", files: tree(source), tags: ["v0.5.0"] },
  { message: "kettle 0.6.0", date: "2018-11-05", author: 1, files: { "task.c": content, NEWS: "0.6.0\n" }, tags: ["v0.6.0"] },
]
const released = (content: string) => exported({ ...tree(content), NEWS: "0.6.0\n" })
const previous = { ...exported(tree(source)), version: "0.5.0" }

export const replica: Replica = {
  case: 10,
  name: "wait-options",
  family: ["A3", "A11"],
  signals: ["S5", "S13"],
  attack: { history: history(source), ref: "refs/tags/v0.6.0", artifact: released(weakened), previous },
  twin: {
    how: "the check compares, and the origin has it too",
    differs: ["task.c"],
    history: history(checked),
    ref: "refs/tags/v0.6.0",
    artifact: released(checked),
    previous,
  },
  truth: {
    effect: "none",
    unexplained: ["task.c"],
    introducer: { account: "the mirror" },
    expects: [expects("hardening/check-weakened", lines("task.c", "self->owner = 0", "\t\tresult = -1;"))],
  },
}
