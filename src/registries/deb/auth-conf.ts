/** Who apt logs in as at a machine (apt_auth.conf(5)). */
export interface AptLogin {
  /** `https:` unless the entry states another. */
  readonly protocol: string
  readonly host: string
  readonly port: string
  readonly path: string
  readonly login: string
  readonly password: string
}

const machinesMax = 10_000

/** The entries of a file in netrc's form: tokens between blanks, unknown ones ignored. */
export function parseAuthConf(text: string): readonly AptLogin[] {
  const words = text.replace(/^\s*#.*$/gm, "").split(/\s+/)
  const entries: { machine: string; login: string; password: string }[] = []
  for (let at = 0; at < words.length && entries.length <= machinesMax; at += 1) {
    const [word, next = ""] = [words[at], words[at + 1]]
    const last = entries.at(-1)
    if (word === "machine") entries.push({ machine: next, login: "", password: "" })
    else if (word === "login" && last !== undefined) last.login = next
    else if (word === "password" && last !== undefined) last.password = next
    else continue
    at += 1
  }
  return entries.flatMap(({ machine, login, password }) => {
    const [, protocol = "https", host = "", port = "", path = ""] =
      /^(?:([a-z0-9+.-]+):\/\/)?([^/:]+)(?::(\d+))?(\/.*)?$/i.exec(machine) ?? []
    return host === "" ? [] : [{ protocol: `${protocol.toLowerCase()}:`, host: host.toLowerCase(), port, path, login, password }]
  })
}

/** The first entry for an address. A path counts as a beginning: `/deb` is for `/debian` as well. */
export const loginFor = (at: URL, entries: readonly AptLogin[]): AptLogin | undefined =>
  entries.find(
    ({ protocol, host, port, path }) =>
      protocol === at.protocol && host === at.hostname && (port === "" || port === at.port) && at.pathname.startsWith(path),
  )
