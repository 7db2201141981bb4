import type { Value } from "./code.ts"
import { spellingsOf } from "./spellings.ts"

/** Stands for what is not known of an address. */
const gap = "\uffff"

/** Hosts that an address may have; undefined: one that is not known. Without a scheme it begins with the host. */
export const hostsOf = (to: Value): readonly (string | undefined)[] => spellingsOf(to, () => [gap]).map(hostOf)

/** As a client reads it (URL Standard, "basic URL parser"): what stands before an address, tabs and new lines are dropped, and of the web's schemes slashes are counted generously. */
function hostOf(spelled: string): string | undefined {
  const address = spelled.replaceAll(/^[\0-\x20]+|[\t\r\n]/g, "")
  // What a shell calls a connection (Bash Reference Manual, Redirections).
  const [, dialed] = /^\/dev\/(?:tcp|udp)\/([^/]+)\//.exec(address) ?? []
  // A place of git, as of scp(1).
  const [, copied] = /^[\w.-]+@([\w.-]+):(?!\d+(?:\/|$))/.exec(address) ?? []
  const host = dialed ?? copied ?? parsed(address)
  return host?.includes(gap) === true ? undefined : host
}

function parsed(address: string): string | undefined {
  const isOfWeb = /^(?:https?|wss?|ftp):/i.test(address)
  const url = isOfWeb ? address.replace(/^[a-z]+:/i, "https:") : `https://${address.replace(/^(?:[a-z][a-z\d+.-]*:)?\/\//i, "")}`
  // A path has no host, and the rest of an address may be anything.
  if (!isOfWeb && /^https:\/\/(?:\/|$)/.test(url)) return undefined
  const host = url.split(/(?<=^https:[\\/]*[^\\/?#]+)[\\/?#]/)[0] ?? url
  if (host.includes(gap)) return undefined
  return URL.canParse(host) ? new URL(host).hostname : undefined
}
