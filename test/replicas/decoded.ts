import { gunzipSync } from "node:zlib"
import { rot13 } from "./kit.ts"

/** What no replica may hold, in whatever form: it would reach beyond its working directory. */
export const harmful = [
  /\brm\s+-\w*r/,
  /\/etc\//,
  /\/dev\/tcp/,
  /~\/\.|\$HOME|\bhomedir\b|\.ssh\b/,
  /\b\w*(?:TOKEN|PASSWORD|PRIVATE_KEY)\b/,
  /\bsudo\b|\bcrontab\b|\bsystemctl\b/,
] as const

/** A text, and behind it what stands in it in the plain forms that replicas use: escapes, texts put together, selectors of variation, hex, base64, rot13, gzip, one within another. */
export function decoded(text: string, depth = 2): string {
  const inner = depth === 0 ? [] : [...forms(text)]
  return [text, ...inner.map((one) => decoded(one, depth - 1))].join("\n")
}

function* forms(text: string): Iterable<string> {
  yield text.replace(/\\x([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  yield text.replace(/["'] \+ ["']/g, "")
  yield rot13(text)
  for (const [run] of Buffer.from(text, "latin1")
    .toString("utf8")
    .matchAll(/[\ufe00-\ufe0f]{8,}/g))
    yield selected(run)
  for (const [run] of text.matchAll(/(?:[0-9a-f]{2}){8,}/gi)) yield unpacked(Buffer.from(run, "hex"))
  for (const [run] of text.matchAll(/[A-Za-z0-9+/]{8,}={0,2}/g)) yield unpacked(Buffer.from(run, "base64"))
}

/** Half a byte in each selector of variation. */
const selected = (run: string): string =>
  Buffer.from([...run].map((one) => (one.charCodeAt(0) - 0xfe00).toString(16)).join(""), "hex").toString("latin1")

function unpacked(bytes: Buffer): string {
  const isGzip = bytes.subarray(0, 3).equals(Buffer.from([0x1f, 0x8b, 8]))
  return (isGzip ? gunzipSync(bytes) : bytes).toString("latin1")
}
