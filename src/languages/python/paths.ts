import { posix } from "node:path"
import { text, unknown, type Value } from "../../model/code.ts"
import type { Instance, Row, Thing, World } from "../imperative/platform.ts"
import { instance } from "../imperative/rows.ts"

/** Paths above a path that are kept with it. */
const parentsMax = 6

/** An object of `pathlib`, also where a program has only a text: both are used alike. */
export function pathOf(holds: Value, depth = 0): Instance {
  if (holds.kind !== "text" || depth === parentsMax) return instance("pathlib.Path", holds)
  const { name, ext } = posix.parse(holds.text)
  const parent = posix.dirname(holds.text)
  return instance("pathlib.Path", holds, [
    ["parent", pathOf(text(parent), depth + 1)],
    ["name", text(posix.basename(holds.text))],
    ["stem", text(name)],
    ["suffix", text(ext)],
  ])
}

/** Parts of a path behind one another. */
export const joinedPath = (parts: readonly Thing[], world: World): Value => {
  const whole = world.joined(parts.flatMap((part, index) => (index === 0 ? [part] : [text("/"), part])))
  return whole.kind === "text" ? text(posix.normalize(whole.text)) : whole
}

const joins: Row = ({ args, world }) => (args.length === 0 ? text(".") : joinedPath(args, world))

const computed =
  (compute: (path: string) => string): Row =>
  ({ args, of, world, name }) => {
    const [path = of] = args
    const constant = path.kind === "instance" && path.holds?.kind === "text" ? path.holds.text : world.constant(path)
    if (constant !== undefined) return text(compute(constant))
    const value = world.value(path)
    return name.endsWith("dirname") ? unknown("a folder") : value
  }

const same = computed((path) => path)
const constructs: Row = ({ args, world }) => pathOf(args.length === 0 ? text(".") : joinedPath(args, world))

/** A path without its suffix, and that. */
const splits: Row = ({ args, world }) => {
  const constant = world.constant(args[0])
  if (constant === undefined) return args[0]
  const { ext } = posix.parse(constant)
  return { kind: "items", items: [text(constant.slice(0, constant.length - ext.length)), text(ext)] }
}

/** `os.path` and `pathlib` (The Python Standard Library). */
export const paths: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["os.path.join", joins],
  ["os.path.dirname", computed(posix.dirname)],
  ["os.path.basename", computed((path) => posix.basename(path))],
  ["os.path.splitext", splits],
  ["os.path.abspath", same],
  ["os.path.realpath", same],
  ["os.path.normpath", computed(posix.normalize)],
  ["os.path.expanduser", same],
  ["os.path.expandvars", same],
  ["os.fspath", same],
  ["os.fsencode", same],
  ["os.fsdecode", same],
  ...["Path", "PurePath", "PosixPath", "PurePosixPath", "WindowsPath"].map((name): readonly [string, Row] => [
    `pathlib.${name}`,
    constructs,
  ]),
  ["pathlib.Path.joinpath", (call) => pathOf(joinedPath([call.of, ...call.args], call.world))],
  [
    "pathlib.Path.with_name",
    ({ of, args, world }) => pathOf(joinedPath([of.kind === "instance" ? (of.fields.get("parent") ?? of) : of, ...args], world)),
  ],
  ["pathlib.Path.with_suffix", ({ of, args, world }) => pathOf(world.joined([of, ...args]))],
  ...["resolve", "absolute", "expanduser", "as_posix", "as_uri", "__str__", "__fspath__"].map((name): readonly [string, Row] => [
    `pathlib.Path.${name}`,
    ({ of }) => of,
  ]),
  ["pathlib.Path.home", () => pathOf(text("~"))],
  ["pathlib.Path.cwd", () => pathOf(text("."))],
  ["os.getcwd", () => text(".")],
  // Division, or a path below a path.
  [
    "/",
    ({ args, world }) => {
      const [first, second] = args
      if (args.some((one) => one.kind === "instance")) return pathOf(joinedPath(args, world))
      if (first?.kind === "numeral" && second?.kind === "numeral") return { kind: "numeral", number: first.number / second.number }
      return undefined
    },
  ],
])
