import type { Value } from "./code.ts"

/** Hosts that an address may have; undefined: one that is not known. Without a scheme it begins with the host. `isWhole`: nothing follows. */
export function hostsOf(to: Value, isWhole = true): readonly (string | undefined)[] {
  if (to.kind === "either") return to.of.flatMap((one) => hostsOf(one, isWhole))
  if (to.kind === "joined") return to.parts[0] === undefined ? [undefined] : hostsOf(to.parts[0], false)
  if (to.kind !== "text") return [undefined]
  // What a shell calls a connection (Bash Reference Manual, Redirections).
  const [, dialed] = /^\/dev\/(?:tcp|udp)\/([^/]+)\//.exec(to.text) ?? []
  if (dialed !== undefined) return [dialed]
  const hasScheme = /^(?:[a-z][a-z\d+.-]*:)?\/\//i.test(to.text)
  const address = hasScheme ? to.text.replace(/^(?:[a-z][a-z\d+.-]*:)?\/\//i, "https://") : `https://${to.text}`
  const isKnown = (isWhole || /^https:\/\/[^/?#]+[/?#]/.test(address)) && /^https:\/\/[^/]/.test(address) && URL.canParse(address)
  return [isKnown ? new URL(address).hostname : undefined]
}
