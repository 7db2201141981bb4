import type { Value } from "./code.ts"
import { spellingsOf } from "./spellings.ts"

/** Names of the environment that hold credentials, by the words that they are made of. */
export const isSecretName = (name: string): boolean =>
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS?|PRIVATE|AUTH|APIKEY|ACCESS_KEY|API_KEY)(?:_|$)/i.test(name)

/** Where credentials lie in a home, by the convention of the programs that keep them. */
const secretPath =
  /(?:^|\/)(?:\.ssh|\.aws|\.gnupg|\.kube|\.docker|\.azure|\.netrc|\.npmrc|\.pypirc|\.git-credentials|\.vault-token|\.bash_history|\.zsh_history|\.mozilla|\.config\/(?:gcloud|gh)|(?:\.cargo|CARGO_HOME)\/credentials(?:\.toml)?|\.gem\/credentials|id_(?:rsa|dsa|ecdsa|ed25519)|wallet\.dat|Login Data)(?:\/|$|\*)/

/** What browsers keep of their users: cookies, passwords, the keys to them; wallets, and rings of keys. */
const storePath =
  /(?:^|[/*])(?:Cookies|Login Data(?: For Account)?|Web Data|Local State|logins\.json|key[34]\.db|cookies\.sqlite|formhistory\.sqlite|login\.keychain(?:-db)?|\.?(?:[Ee]lectrum|[Ee]xodus)\/(?:[^/]+\/)?(?:wallets?|exodus\.wallet)(?:\/[^/]*)?|\.?[Ee]thereum\/keystore(?:\/[^/]*)?|Library\/Keychains\/[^/]*|Local Extension Settings\/[^/]*)$/

/** What other processes hold (proc(5)). */
const ofProcesses = /^\/proc\/(?!self\/)[^/]+\/(?:mem|environ)$/

/** What stands beside them, and is for everybody. */
const isPublic = /\.pub$|(?:^|\/)known_hosts$|\.ssh\/config$/

/** A file in which a program keeps credentials; also one of several, or one that a search for names finds. */
export const secretFileOf = (path: Value): string | undefined =>
  spelledPaths(path).find(
    (one) => one === "/etc/shadow" || ofProcesses.test(one) || storePath.test(one) || (secretPath.test(one) && !isPublic.test(one)),
  )

export const isSecretFile = (path: Value): boolean => secretFileOf(path) !== undefined

/** Each path that a value may be, with a `?` for what is not known of it. */
export const spelledPaths = (path: Value): readonly string[] =>
  spellingsOf(path, (one) => {
    if (one.kind === "environment") return [one.name === "*" ? "?" : one.name]
    if (one.kind !== "names") return ["?"]
    const patterns = spelledPaths(one.search.pattern)
    const within = one.search.within.flatMap(spelledPaths)
    return [...patterns, ...within.flatMap((folder) => patterns.map((pattern) => `${folder}/${pattern}`))]
  })

/** Programs that print credentials of whoever runs them, and the hosts that gave those: a release tool that asks for them talks to these. */
const printers: readonly { readonly command: RegExp; readonly own?: RegExp }[] = [
  { command: /^git credential(?:-\S+)? (?:fill|get)\b/ },
  { command: /^gh auth (?:token|status .*(?:-t|--show-token))\b/, own: /(?:^|\.)(?:github\.com|githubusercontent\.com)$/ },
  { command: /^npm (?:token list|config get \S*_auth\S*)/, own: /(?:^|\.)npmjs\.(?:org|com)$/ },
  {
    command: /^gcloud auth (?:application-default )?print-(?:access|identity)-token\b/,
    own: /(?:^|\.)(?:googleapis\.com|gcr\.io|pkg\.dev|run\.app)$/,
  },
  { command: /^az account get-access-token\b/, own: /(?:^|\.)(?:azure|microsoft|windows)\.(?:com|net)$/ },
  {
    command: /^aws (?:configure (?:get|export-credentials)|sts (?:get-session-token|assume-role)|ecr get-login-password)\b/,
    own: /(?:^|\.)amazonaws\.com$/,
  },
  { command: /^heroku auth:token\b/, own: /(?:^|\.)heroku\.com$/ },
  { command: /^security find-(?:generic|internet)-password\b/ },
  { command: /^secret-tool lookup\b/ },
  { command: /^(?:pass show|op read|op item get|vault token lookup)\b/ },
  { command: /^gpg2? .*--export-secret-keys?\b/ },
]

/** What a command prints of secrets. `own`: hosts that have them already. */
export function printedBy(command: string): { readonly own?: RegExp } | undefined {
  return printers.find((one) => one.command.test(command))
}

/** A command that prints the whole environment. */
export const printsEnvironment = (command: string): boolean => /^(?:printenv|env|set|export -p)$/.test(command)

/** A command that prints a file of credentials. */
export const printsSecretFile = (command: string): boolean =>
  /^(?:cat|head|tail|base64|type|xxd)\s/.test(command) && command.split(/[\s"']+/).some((word) => secretPath.test(word))
