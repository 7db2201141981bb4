import { unknown } from "../../model/code.ts"
import type { Row } from "../imperative/platform.ts"
import { argument, contentOf, environment, loads, passes, runsText, spells, steps, wholeEnvironment } from "../imperative/rows.ts"

/** A module by its name: the thing of that name, where it is constant. */
const module: Row = (call) => {
  const given = argument(call, [0, "name"])
  const name = call.world.constant(given)
  call.world.act({ kind: "runs", as: "module", what: call.world.value(given), at: call.at })
  return name === undefined ? unknown("a module") : { kind: "api", name: name.replace(/^\.+/, "") }
}

/** A file of Python by its path. */
const runsFile =
  (which: Parameters<typeof argument>[1]): Row =>
  (call) => {
    const path = call.world.path(argument(call, which))
    call.world.runsText({ kind: "file", path, at: call.at }, "python", call)
    return unknown("what a file gave")
  }

/** What stands under a name in a namespace that is a thing: `globals()["eval"]`. */
const namespace: Row = () => ({ kind: "api", name: "builtins" })

const called: Row = (call) => {
  const name = call.world.constant(call.args[0])
  return name === undefined ? undefined : call.world.invoke({ kind: "api", name }, call.args.slice(1), call)
}

const identity: Row = (call) => call.args[0]

const runs = (which: Parameters<typeof argument>[1]): Row => runsText(which, "python")
const unpickles: Row = (call) => {
  call.world.act({ kind: "runs", as: "object", what: contentOf(call, 0), at: call.at })
  return steps("decode", 0)(call)
}

const platformFact: Row = ({ name, at }) => ({ kind: "environment", name, at })
const facts = [
  "platform.system",
  "platform.node",
  "platform.platform",
  "platform.uname",
  "platform.machine",
  "os.uname",
  "os.getlogin",
  "getpass.getuser",
]

/** Of a loader, whichever it is, what makes code of a text (The Python Standard Library, `importlib.abc.InspectLoader`). */
export const dynamicMethods: ReadonlyMap<string, Row> = new Map([["source_to_code", runs([0, "data"])]])

/** Who finds modules is asked for every one that is imported (The Python Language Reference, "The meta path"). */
const findsModules: Row = ({ name, args, at, world }) => {
  world.act({ kind: "replaces", name: name.slice(0, name.lastIndexOf(".")), what: world.value(args.at(-1)), at })
  return undefined
}

/** What runs code that is data, and asks what runs it. */
export const dynamic: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["eval", runs([0, "source"])],
  ["exec", runs([0, "source", "object"])],
  ["compile", passes([0, "source"])],
  ["execfile", runsFile(0)],
  ["runpy.run_path", runsFile(0)],
  ["runpy.run_module", module],
  ["__import__", module],
  ["importlib.import_module", module],
  ["importlib.__import__", module],
  ["imp.load_source", runsFile(1)],
  ["imp.load_dynamic", loads(1, "object")],
  ["importlib.util.spec_from_file_location", runsFile([1, "location"])],
  ["importlib.machinery.SourceFileLoader", runsFile(1)],
  ["importlib.machinery.ExtensionFileLoader", loads(1, "object")],
  ...["sys.meta_path.insert", "sys.meta_path.append", "sys.path_hooks.insert", "sys.path_hooks.append"].map(
    (name) => [name, findsModules] as const,
  ),
  ["types.FunctionType", runs(0)],
  ["types.CodeType", identity],
  ["set function.__code__", runs(0)],
  // What is called by its name, of an object that is given later: one that the table knows is most likely that.
  ["operator.methodcaller", called],
  ["marshal.loads", steps("decode", 0)],
  ["marshal.load", steps("decode", 0)],
  ["pickle.loads", unpickles],
  ["pickle.load", unpickles],
  ["ctypes.CDLL", loads([0, "name"], "object")],
  ["ctypes.PyDLL", loads([0, "name"], "object")],
  ["ctypes.WinDLL", loads([0, "name"], "object")],
  ["ctypes.OleDLL", loads([0, "name"], "object")],
  ["ctypes.cdll.LoadLibrary", loads(0, "object")],
  ["ctypes.windll.LoadLibrary", loads(0, "object")],
  ["ctypes.pydll.LoadLibrary", loads(0, "object")],
  ["cffi.FFI.dlopen", loads(0, "object")],
  ["site.addsitedir", loads(0)],
  ["timeit.timeit", runs([0, "stmt"])],
  ["code.InteractiveInterpreter.runsource", runs(0)],
  ["globals", namespace],
  ["locals", namespace],
  ["vars", (call) => (call.args.length === 0 ? namespace(call) : call.args[0])],
  // A module that the release itself has, by the path of its file.
  ["(module)", loads(0)],
  ["(all of)", (call) => call.world.takesAll(call.world.constant(call.args[0]) ?? "") ?? unknown("nothing")],
  ["os.getenv", environment([0, "key"])],
  ["os.environ.get", environment([0, "key"])],
  ["os.environ.pop", environment([0, "key"])],
  ...["dict", "json.dumps", "pickle.dumps", "urllib.urlencode", "copy.copy", "copy.deepcopy", "pprint.pformat"].map(
    (name): readonly [string, Row] => [name, spells],
  ),
  ...["copy", "items", "values", "keys"].map((name): readonly [string, Row] => [`os.environ.${name}`, wholeEnvironment]),
  ...facts.map((name): readonly [string, Row] => [name, platformFact]),
])
