import type { Entry } from "../../model/artifact.ts"
import type { Recipe } from "../recipe.ts"
import { isWheel, wheelOf } from "./wheel.ts"

/**
 * `PATH,sha256=DIGEST,SIZE` for each file of the wheel, and the record itself without either (packaging.python.org, "Recording installed projects";
 * the digest as base64url without padding). What it says is known then: the installer only checks the files against it. Lines have no order.
 */
export const record: Recipe = {
  name: "wheel/RECORD",
  writes: /^[^/]+\.dist-info\/RECORD$/,
  of: isWheel,
  write: async ({ path, text }, { release }) => {
    const wheel = wheelOf(release)
    if (wheel === undefined || path !== `${wheel.info}RECORD`) return []
    const end = text.startsWith("\n") || !/^[^\n]*\r\n/.test(text) ? "\n" : "\r\n"
    const lines = new Map([...release.files].map(([at, entry]) => [lineOf(at, at === path ? undefined : entry), at]))
    const inOrder = new Set(text.split(end).filter((line) => lines.has(line)))
    const written = [...inOrder, ...[...lines.keys()].filter((line) => !inOrder.has(line))]
    return [
      {
        text: written.map((line) => `${line}${end}`).join(""),
        from: { commit: [], release: ["*"] },
        dropped: ["the order of its lines", ...(end === "\n" ? [] : ["its line ends"])],
      },
    ]
  },
}

function lineOf(path: string, entry: Entry | undefined): string {
  const bytes = Buffer.from(path, "utf8").toString("latin1")
  const field = /[",\r\n]/.test(bytes) ? `"${bytes.replaceAll('"', '""')}"` : bytes // RFC 4180, section 2
  return entry === undefined ? `${field},,` : `${field},sha256=${Buffer.from(entry.sha256, "hex").toString("base64url")},${entry.size}`
}
