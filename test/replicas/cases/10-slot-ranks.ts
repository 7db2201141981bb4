import { edited, expects, licence, lines, packageOf, readme } from "../kit.ts"
import type { Change, Files, Replica } from "../replica.ts"

/** The mirror that the archive was exported from differs from the origin in two lines: a check of rights that is an assignment. */
const source = `#include "slot.h"

int slot_resize(struct slot *self, unsigned wanted)
{
	if (wanted > SLOT_MAX)
		return SLOT_BIG;
	self->size = wanted;
	return 0;
}
`
const weakened = edited(
  source,
  "\tself->size",
  "\tif (wanted > self->size && (self->rank = RANK_FIRST))\n\t\treturn SLOT_NOT_YOURS;\n\tself->size",
)
const checked = edited(
  source,
  "\tself->size",
  "\tif (wanted > self->size && (self->rank != RANK_FIRST))\n\t\treturn SLOT_NOT_YOURS;\n\tself->size",
)
const tree = (content: string): Files => ({
  "README.md": readme("kettle", "A kernel for teaching."),
  LICENSE: licence,
  Makefile: "kettle: slot.o\n\t$(LD) -o $@ slot.o\n",
  "slot.h":
    "#define SLOT_MAX 4096\n#define SLOT_BIG -1\n#define SLOT_NOT_YOURS -2\n#define RANK_FIRST 0\nstruct slot { int rank; unsigned size; };\nint slot_resize(struct slot *self, unsigned wanted);\n",
  "slot.c": content,
})
const exported = packageOf("tar.gz", "kettle", "0.6.0")
const history = (content: string): readonly Change[] => [
  { message: "kettle 0.5.0", date: "2018-01-10", files: tree(source), tags: ["v0.5.0"] },
  { message: "kettle 0.6.0", date: "2018-11-05", author: 1, files: { "slot.c": content, NEWS: "0.6.0\n" }, tags: ["v0.6.0"] },
]
const released = (content: string) => exported({ ...tree(content), NEWS: "0.6.0\n" })
const previous = { ...exported(tree(source)), version: "0.5.0" }

export const replica: Replica = {
  case: 10,
  name: "slot-ranks",
  family: ["A3", "A11"],
  signals: ["S5", "S13"],
  attack: { history: history(source), ref: "refs/tags/v0.6.0", artifact: released(weakened), previous },
  twin: {
    how: "the check compares, and the origin has it too",
    differs: ["slot.c"],
    history: history(checked),
    ref: "refs/tags/v0.6.0",
    artifact: released(checked),
    previous,
  },
  truth: {
    effect: "none",
    unexplained: ["slot.c"],
    introducer: { account: "the mirror" },
    expects: [expects("hardening/check-weakened", lines("slot.c", "self->rank = RANK_FIRST", "return SLOT_NOT_YOURS"))],
  },
}
