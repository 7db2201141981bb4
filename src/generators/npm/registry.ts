/** Any name will do: what is inside has no network to look it up in. */
export const registryAddress = "http://127.0.0.1"

/**
 * The sandbox has no sockets but those of files (`src/io/sandbox-filter.ts`): preloaded, this turns every connection into one to the registry's, whatever program makes it. C, as bun is no
 * program of Node's.
 */
export const connectProgram = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
static int internet(int family) { return family == AF_INET || family == AF_INET6; }
int socket(int family, int type, int protocol) {
  int (*real)(int, int, int) = dlsym(RTLD_NEXT, "socket");
  return internet(family) ? real(AF_UNIX, type, 0) : real(family, type, protocol);
}
/* What no socket of a file has, and programs ask of theirs. */
int setsockopt(int fd, int level, int name, const void *value, socklen_t size) {
  int (*real)(int, int, int, const void *, socklen_t) = dlsym(RTLD_NEXT, "setsockopt");
  return level == SOL_SOCKET ? real(fd, level, name, value, size) : 0;
}
int getsockname(int fd, struct sockaddr *at, socklen_t *size) {
  struct sockaddr_in any = {AF_INET};
  memcpy(at, &any, *size < sizeof any ? *size : sizeof any);
  *size = sizeof any;
  return 0;
}
int connect(int fd, const struct sockaddr *to, socklen_t size) {
  int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
  struct sockaddr_un registry = {AF_UNIX, "/build/registry"};
  if (!internet(to->sa_family)) return real(fd, to, size);
  int result;
  while ((result = real(fd, (void *)&registry, sizeof registry)) < 0 && errno == EAGAIN) usleep(1000); /* all places in its queue are taken */
  return result;
}
`

/**
 * A registry inside the sandbox: it has the packages of `/input` and no others, so that each package manager installs with its own code and nothing has to be known here of how they lay out
 * a folder. It listens at `/build/registry`. What it says of a package is the package.json that is in it. The lock file (its argument) is given this registry's address for every other; for a
 * package that is listed and was not to be had, an empty one stands in, under the digest that the lock file is given for it.
 */
export const registryProgram = `
const { createServer } = require("node:http")
const { execFileSync } = require("node:child_process")
const { createHash } = require("node:crypto")
const { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs")
const lockFile = process.argv[2]
writeFileSync(lockFile, readFileSync(lockFile, "latin1").replace(/https?:\\/\\/[^/\\s"']+/g, "${registryAddress}"), "latin1")
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
  if (integrity !== undefined) writeFileSync(lockFile, readFileSync(lockFile, "latin1").replaceAll(integrity, digest), "latin1")
  return { name, version, integrity: digest, file }
}
/** Of the folder at the top, whatever its name. */
function statedIn(file) {
  try {
    return JSON.parse(execFileSync("tar", ["-xzOf", file, "--wildcards", "--no-wildcards-match-slash", "*/package.json"], { maxBuffer: 2 ** 26 }))
  } catch {
    return {}
  }
}
const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname)
  const [, name, file] = /((?:@[^/]+\\/)?[^/]+)(?:\\/-\\/([^/]+)\\.tgz)?$/.exec(path) ?? []
  const versions = known.get(name)
  const base = name?.slice(name.indexOf("/") + 1)
  const one = file === undefined ? undefined : versions?.get(file.slice(base.length + 1))
  if (one !== undefined) return createReadStream(one.file).pipe(response)
  response.setHeader("content-type", "application/json")
  if (versions === undefined || file !== undefined) return response.writeHead(404).end("{}")
  const tarball = (version) => "${registryAddress}/" + name + "/-/" + base + "-" + version + ".tgz"
  const manifests = [...versions.values()].map(({ version, integrity, file }) => [
    version,
    { ...statedIn(file), name, version, dist: { tarball: tarball(version), integrity } },
  ])
  const time = Object.fromEntries([...versions.keys()].map((version) => [version, "2000-01-01T00:00:00.000Z"]))
  response.end(JSON.stringify({ name, "dist-tags": { latest: manifests.at(-1)[0] }, time, versions: Object.fromEntries(manifests) }))
})
server.listen("/build/registry")
`
