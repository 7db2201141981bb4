/**
 * The repository, where a home page looks like one on a forge: a host named after git, and two or more path components.
 * Any other home page says nothing.
 */
export function forgeAddress(homepage: string | undefined): string | undefined {
  if (homepage === undefined || !URL.canParse(homepage)) return undefined
  const { protocol, hostname, pathname } = new URL(homepage)
  const forge = hostname.split(".").some((label) => /^(?:git|github|gitlab|gitea|codeberg|forgejo)$/.test(label))
  const path = pathname.split("/").filter((part) => part !== "")
  return forge && path.length >= 2 && /^https?:$/.test(protocol) ? homepage : undefined
}

/** Longer ones no server takes. */
const charactersMax = 2048

/** Behind a repository, which is at least its owner and its name: `releases` may be an owner too. */
const page = /(?<=^[^/]+\/\/[^/]+(?:\/[^/]+){2,})(?:\/-)?\/(?:tree|blob|issues|releases|wiki)(?:[/?#].*)?$/

/** An address that git could clone, without the page of a forge that it may point at (`/tree/main`, `/issues`); undefined for what is none. */
export function repositoryAddress(url: string | undefined): string | undefined {
  const bare = (url ?? "").replace(/^git\+/, "").trim()
  if (bare.length > charactersMax || !URL.canParse(bare) || !/^(?:https?|ssh|git):$/.test(new URL(bare).protocol)) return undefined
  return bare.replace(page, "").replace(/\/+$/, "")
}
