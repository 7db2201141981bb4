import { shellWord } from "../../core/shell.ts"
import type { LockedPackage } from "../../model/replay.ts"
import { handedOut, unpacked } from "../script.ts"
import { connectProgram, registryAddress, registryProgram } from "./registry.ts"
import type { Step } from "./steps.ts"

export interface NpmScript {
  readonly node: LockedPackage
  readonly managers: readonly LockedPackage[]
  /** Folder with the lock file, from the repository's root: "" or with its slash. */
  readonly workspace: string
  readonly lockFile: string
  /** The release's folder, in the same way. */
  readonly folder: string
  /** Run in the workspace while the registry is there. */
  readonly install: string
  readonly steps: readonly Step[]
  /** Packs into `/build/packed`, in the release's folder. */
  readonly pack: string
  /** The release's version, as `$VERSION`. */
  readonly version: string
}

/** Settings of npm and pnpm, of which bun reads some: nothing asks, nothing is looked up, nothing installs itself in another version. */
const settings: Readonly<Record<string, string>> = {
  audit: "false",
  cache: "/build/cache",
  fetch_retries: "0",
  fund: "false",
  ignore_scripts: "true",
  loglevel: "error",
  manage_package_manager_versions: "false",
  minimum_release_age: "0",
  package_import_method: "hardlink",
  registry: `${registryAddress}/`,
  store_dir: "/build/store",
  trust_policy: "off",
  update_notifier: "false",
  verify_deps_before_run: "false",
}

/** The same for yarn (yarnpkg.com, "Settings"), of which yarn 1 reads the cache's folder, and does not start another yarn either. Later ones read packages from their archives while they run: those are kept. */
const yarnSettings: Readonly<Record<string, string>> = {
  YARN_CACHE_FOLDER: "/build/cache",
  YARN_ENABLE_GLOBAL_CACHE: "true",
  YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
  YARN_ENABLE_SCRIPTS: "false",
  YARN_ENABLE_TELEMETRY: "false",
  YARN_GLOBAL_FOLDER: "/build/yarn",
  YARN_HTTP_RETRY: "0",
  YARN_IGNORE_PATH: "1",
  YARN_NPM_REGISTRY_SERVER: registryAddress,
  YARN_UNSAFE_HTTP_WHITELIST: new URL(registryAddress).hostname,
}

/** pnpm has read its own prefix since 11, and npm's before that. */
const environment = {
  ...Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => [
      [`npm_config_${name}`, value],
      [`pnpm_config_${name}`, value],
    ]),
  ),
  ...yarnSettings,
  BUN_INSTALL_CACHE_DIR: "/build/cache",
}

const fileOf = ({ name, version }: LockedPackage): string => shellWord(`/input/packages/${name.replace("/", "+")}@${version}.tgz`)

/**
 * What the sandbox runs: Node and the package manager are unpacked; this one installs from a registry inside that has the locked packages alone, running no script of
 * theirs; that registry ends; then the project's own scripts run, and what `pack` packs is `dist/` of the result. A script that fails does not end it, as many test what they built
 * and want a network or a browser for it; how it ended is told.
 */
export function npmScript({ node, managers, workspace, lockFile, folder, install, steps, pack, version }: NpmScript): string {
  const top = shellWord(`/build/src/${workspace}`)
  const own = shellWord(`/build/src/${folder}`)
  const lock = shellWord(`/build/src/${workspace}${lockFile}`)
  return `${unpacked({ environment: { ...environment, VERSION: version }, commit: undefined })}
tool() {
  mkdir -p "/build/tools/$1" && tar -xzmf "$2" -C "/build/tools/$1" --strip-components=1 || exit 84
}
tool node ${fileOf(node)}
ln -s /build/tools/node/bin/node /build/bin/node
${managers.map((one) => `tool ${one.name} ${fileOf(one)}`).join("\n")}
program() {
  for file in $2; do
    test -e "$file" && printf '#!/bin/sh\\nexec node %s "$@"\\n' "$file" >"/build/bin/$1" && chmod 755 "/build/bin/$1"
  done
}
program npm /build/tools/npm/bin/npm-cli.js
program npx /build/tools/npm/bin/npx-cli.js
program pnpm "/build/tools/pnpm/bin/pnpm.cjs /build/tools/pnpm/bin/pnpm.mjs"
program yarn "/build/tools/yarn/bin/yarn.js /build/tools/@yarnpkg/cli-dist/bin/yarn.js"
for file in /build/tools/@oven/*/bin/bun; do
  test -e "$file" && ln -s "$file" /build/bin/bun && ln -s "$file" /build/bin/bunx
done
cat >/build/registry.cjs <<'PROGRAM'
${registryProgram}PROGRAM
cc -shared -fPIC -x c -o /build/connect.so - <<'PROGRAM' || exit 85
${connectProgram}PROGRAM
cp ${lock} /build/lock
node /build/registry.cjs ${lock} 3>&- &
registry=$!
tries=0
until test -S /build/registry; do
  tries=$((tries + 1))
  test $tries -lt 600 && sleep 0.1 || exit 85
done
preloaded=$LD_PRELOAD
LD_PRELOAD="$preloaded /build/connect.so"
cd ${top} && step ${shellWord(install)} || exit 86
LD_PRELOAD=$preloaded
kill $registry
mv /build/lock ${lock}
rm -rf /build/cache /build/absent /build/connect.so /build/registry.cjs /build/registry
unset npm_config_ignore_scripts pnpm_config_ignore_scripts
mkdir /build/packed
${steps.map((one) => stepLine(one, { top, own })).join("\n")}
cd ${own} && step ${shellWord(pack)} || exit 87
for packed in /build/packed/*.tgz; do
  mkdir -p /build/out/dist && tar -xzf "$packed" -C /build/out/dist --strip-components=1 || exit 92
done
${handedOut}`
}

function stepLine({ command, at, unless }: Step, { top, own }: { readonly top: string; readonly own: string }): string {
  const run = `cd ${at === "top" ? top : own} && step ${shellWord(command)}`
  if (unless.length === 0) return run
  return `cd ${own} && { ${unless.map((path) => `test -e ${shellWord(`./${path}`)}`).join(" && ")}; } || { ${run}; }`
}
