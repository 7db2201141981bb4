import type { Repository } from "./git.ts"
import { runGit } from "./git-process.ts"

/** Path to address, as .gitmodules says (gitmodules(5)). git parses it from its input: includes are off, and no file is opened. */
export async function parseModules(repository: Repository, bytes: Uint8Array): Promise<ReadonlyMap<string, string>> {
  const answer = await runGit(repository.place, { args: ["config", "-z", "--file", "-", "--no-includes", "--list"], stdin: bytes })
  if (!answer.ok || answer.value.code !== 0) return new Map()
  const paths = new Map<string, string>()
  const addresses = new Map<string, string>()
  for (const pair of answer.value.stdout.toString("utf8").split("\0")) {
    const match = /^submodule\.([\s\S]*)\.(path|url)\n([\s\S]*)$/.exec(pair)
    if (match !== null) (match[2] === "path" ? paths : addresses).set(match[1] ?? "", match[3] ?? "")
  }
  return new Map(
    [...paths]
      .flatMap(([name, path]) => [[path.replace(/\/$/, ""), addresses.get(name)]] as const)
      .flatMap(([path, address]) => (address === undefined ? [] : [[path, address] as const])),
  )
}
