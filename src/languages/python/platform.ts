import { text, unknown } from "../../model/code.ts"
import type { Platform, Row } from "../imperative/platform.ts"
import { blindRow } from "../lowering.ts"
import { codecMethods, codecs } from "./codecs.ts"
import { dynamic, dynamicMethods } from "./dynamic.ts"
import { fileMethods, files } from "./files.ts"
import { filesOf } from "./module-files.ts"
import { network, networkMethods } from "./network.ts"
import { pathOf } from "./paths.ts"
import { processes } from "./processes.ts"
import { textMethods, texts } from "./texts.ts"

const calls: ReadonlyMap<string, Row> = new Map([
  ["(blind)", blindRow],
  ...processes,
  ...files,
  ...network,
  ...codecs,
  ...texts,
  ...dynamic,
])
const methods: ReadonlyMap<string, Row> = new Map([...fileMethods, ...networkMethods, ...codecMethods, ...textMethods, ...dynamicMethods])

/** Modules whose contents another name gives too, the longer name first. */
const aliases: readonly (readonly [prefix: string, instead: string])[] = [
  ["__builtins__.", ""],
  ["builtins.", ""],
  ["__builtin__.", ""],
  ["posix.", "os."],
  ["nt.", "os."],
  ["os.path.os.", "os."],
  ["shutil.os.", "os."],
  ["subprocess.os.", "os."],
  ["posixpath.", "os.path."],
  ["ntpath.", "os.path."],
  ["urllib.request.", "urllib."],
  ["urllib.parse.", "urllib."],
  ["urllib2.", "urllib."],
  ["six.moves.urllib.request.", "urllib."],
  ["http.client.", "httplib."],
  ["pip._vendor.requests.", "requests."],
  ["requests.sessions.", "requests."],
  ["requests.api.", "requests."],
  ["urllib3.connectionpool.", "urllib3."],
  ["cPickle.", "pickle."],
  ["dill.", "pickle."],
  ["cloudpickle.", "pickle."],
  ["_socket.", "socket."],
  ["distutils.file_util.", "shutil."],
]

function canonical(name: string): string {
  let plain = name
    .replaceAll(".__dict__", "")
    .replaceAll(".__globals__", "")
    .replace(/\.__call__$/, "")
  if (plain === "os.environb") plain = "os.environ"
  for (const [prefix, instead] of aliases) if (plain.startsWith(prefix)) plain = instead + plain.slice(prefix.length)
  return plain
}

export const python: Platform = {
  language: "python",
  calls,
  methods,
  canonical,
  isEnvironment: (name) => name === "os.environ",
  isTrusted: (name) =>
    /^(?:getpass|subprocess|socket|ssl|http\.client|urllib\.request|requests|httpx|hmac|hashlib|secrets)\.(?:\w+\.)*\w+$/.test(name),
  argv: { names: ["sys.argv"], before: ["-c"] },
  // What a frontend calls of a build backend (PEP 517, PEP 660).
  isEntry: (name) => /^(?:build_(?:wheel|sdist|editable)|get_requires_for_build_\w+|prepare_metadata_for_build_\w+)$/.test(name),
  exported(name, path, files) {
    const fileOf = filesOf(path, files)
    for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1)) {
      const module = /[^.]$/.test(name.slice(0, end)) ? fileOf(name.slice(0, end)) : undefined
      if (module !== undefined) return { module, name: name.slice(end + 1) }
    }
    return undefined
  },
  exports: (names) => names,
  member(name, at) {
    if (name === "__file__") return pathOf(text(at.path))
    if (name === "sys.executable") return text("python3")
    if (name === "os.sep" || name === "os.path.sep") return text("/")
    if (name === "sys.argv" || name === "__name__") return unknown(name)
    return undefined
  },
}

/** What `from MODULE import *` gives, as far as the table knows the module. */
export function partsOf(module: string): readonly string[] {
  const prefix = `${canonical(`${module}.`)}`
  const parts = [...calls.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length).split(".")[0] ?? "")
  return prefix === "" ? [] : [...new Set(parts)]
}
