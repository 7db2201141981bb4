import { isAllZero, latin1 } from "../../core/bytes.ts"
import type { Cursor } from "../../core/cursor.ts"
import type { EntrySink, WalkOptions } from "../parser.ts"
import { Scribe } from "../scribe.ts"
import { type Form, formOf, strippedMagic } from "./form.ts"
import { MemberWalk } from "./member.ts"

/** The first header and a name that fits with it: what an archive is known by. */
const headBytes = 512

/** Walks every archive in the input. An initramfs is several, one behind another with zeros between; most programs read the first alone. */
export async function walkCpio(input: Cursor, options: WalkOptions, sink: EntrySink): Promise<void> {
  const scribe = new Scribe(options, sink)
  const count = { entries: 0 }
  let form: Form | undefined = await firstForm(input, scribe)
  while (form !== undefined) {
    const walk = new MemberWalk(form, input, scribe, count)
    while (await walk.member());
    await walk.endLinks()
    form = await behind(input, scribe)
  }
}

async function firstForm(input: Cursor, scribe: Scribe): Promise<Form> {
  const head = await input.peek(headBytes)
  const form = formOf(head)
  if (form !== undefined) return form
  const isStripped = latin1(head).startsWith(strippedMagic)
  throw scribe.malformed(
    input.position,
    isStripped ? "names and sizes in the archive: rpm's stripped form (07070X) has them in the package's header" : "a cpio header",
  )
}

/** Zeros up to a block, or up to another archive. */
async function behind(input: Cursor, scribe: Scribe): Promise<Form | undefined> {
  const start = input.position
  let part = await input.some(1 << 20)
  while (part !== undefined && isAllZero(part)) part = await input.some(1 << 20)
  if (part !== undefined) input.putBack(part.subarray(part.findIndex((byte) => byte !== 0)))
  scribe.claim(start, input.position, "padding")
  if (part === undefined) return undefined
  const at = input.position
  const form = formOf(await input.peek(headBytes))
  if (form === undefined) {
    while ((await input.some(1 << 20)) !== undefined);
    scribe.unread({ start: at, end: input.position, kind: "trailing-bytes", why: "bytes after the end of the archive" })
  } else scribe.review("second-archive", "another archive follows: the Linux kernel unpacks it too, GNU cpio and bsdcpio do not see it", at)
  return form
}
