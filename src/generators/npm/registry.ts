/** Any name will do: what is inside has no network to look it up in. */
export const registryAddress = "http://127.0.0.1"

/** The sandbox has no sockets but those of files (`src/io/sandbox-filter.ts`): this turns the connections of npm and pnpm to the registry's. */
export const connectProgram = `
const { Socket } = require("node:net")
const connect = Socket.prototype.connect
Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0]
  if (typeof options === "object" && options !== null && options.port !== undefined) {
    options.path = "/build/registry"
    delete options.port
    delete options.host
  }
  return connect.apply(this, given)
}
`

/**
 * A registry inside the sandbox: it has the packages of `/input` and no others, so that npm and pnpm install with their own code and nothing has to be known here of how they lay out
 * a folder. It listens at `/build/registry`. For a package that is listed and was not to be had, an empty one stands in, under the digest that the lock file (its argument) is given for it.
 */
export const registryProgram = `
const { createServer } = require("node:http")
const { execFileSync } = require("node:child_process")
const { createHash } = require("node:crypto")
const { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs")
const lockFile = process.argv[2]
const known = new Map()
for (const one of JSON.parse(readFileSync("/input/packages.json", "utf8"))) {
  const file = "/input/packages/" + one.name.replace("/", "+") + "@" + one.version + ".tgz"
  known.set(one.name, new Map([...(known.get(one.name) ?? []), [one.version, existsSync(file) ? { ...one, file } : standIn(one)]]))
}
function standIn({ name, version, integrity }) {
  mkdirSync("/build/absent/package", { recursive: true })
  writeFileSync("/build/absent/package/package.json", JSON.stringify({ name, version }))
  const file = "/build/absent/" + name.replace("/", "+") + "@" + version + ".tgz"
  execFileSync("tar", ["-czf", file, "-C", "/build/absent", "package"])
  const digest = "sha512-" + createHash("sha512").update(readFileSync(file)).digest("base64")
  if (integrity !== undefined) writeFileSync(lockFile, readFileSync(lockFile, "utf8").replaceAll(integrity, digest))
  return { name, version, integrity: digest, file }
}
const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname).slice(1)
  const [, name, file] = /^((?:@[^/]+\\/)?[^/]+)(?:\\/-\\/([^/]+)\\.tgz)?$/.exec(path) ?? []
  const versions = known.get(name)
  const base = name?.slice(name.indexOf("/") + 1)
  const one = file === undefined ? undefined : versions?.get(file.slice(base.length + 1))
  if (one !== undefined) return createReadStream(one.file).pipe(response)
  response.setHeader("content-type", "application/json")
  if (versions === undefined || file !== undefined) return response.writeHead(404).end("{}")
  const tarball = (version) => "${registryAddress}/" + name + "/-/" + base + "-" + version + ".tgz"
  const manifests = [...versions.values()].map(({ version, integrity }) => [version, { name, version, dist: { tarball: tarball(version), integrity } }])
  const time = Object.fromEntries([...versions.keys()].map((version) => [version, "2000-01-01T00:00:00.000Z"]))
  response.end(JSON.stringify({ name, "dist-tags": { latest: manifests.at(-1)[0] }, time, versions: Object.fromEntries(manifests) }))
})
server.listen("/build/registry")
`
