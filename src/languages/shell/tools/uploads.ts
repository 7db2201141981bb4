import { text, type Value } from "../../../model/code.ts"
import { textual } from "../builder.ts"
import type { Call } from "../call.ts"
import { fileBehind, sending } from "./fetchers.ts"

const startOf = (of: Value): string => (of.kind === "joined" ? textual(of.parts[0] ?? text("")) : textual(of)) ?? ""

/** `aws s3 cp FILE s3://BUCKET`, `gsutil cp`, `gcloud storage cp`, `rclone copy`: files go to whoever has the bucket. */
function stores(call: Call): void {
  const at = call.args.findIndex((one) => /^(?:cp|mv|sync|copy|copyto|rsync)$/.test(textual(one) ?? ""))
  const operands = at === -1 ? [] : call.args.slice(at + 1).filter((one) => !startOf(one).startsWith("-"))
  const to = operands.find((one, index) => index > 0 && /^(?:s3|gs):\/\/|^[\w-]+:/.test(startOf(one)))
  if (to === undefined) return
  const files = operands.slice(0, operands.indexOf(to))
  call.act({
    kind: "connects",
    to,
    ...sending(
      call,
      files.map((one) => call.content(one)),
    ),
  })
}

/** `gh api ADDRESS -f x=y -F x=@f`, `gh gist create f`: to GitHub, in the name of whoever runs it. */
function tells(call: Call): void {
  const [command, second, ...rest] = call.args
  const isGist = textual(command ?? text("")) === "gist" && textual(second ?? text("")) === "create"
  if (!isGist && textual(command ?? text("")) !== "api") return
  const sent = isGist ? rest.map((one) => call.content(one)) : call.args.slice(1).map((one) => fileBehind(call, one, /^[^=]+=@/))
  call.act({ kind: "connects", to: text("https://api.github.com/"), ...sending(call, sent) })
}

const uploaders: ReadonlyMap<string, (call: Call) => void> = new Map([
  ["aws", stores],
  ["gsutil", stores],
  ["gcloud", stores],
  ["rclone", stores],
  ["gh", tells],
])

/** What programs of which else nothing is known send of what they are given. */
export const uploads = (call: Call): void => uploaders.get(call.name)?.(call)
