import { InvalidArgumentError, Option } from "@commander-js/extra-typings"
import { type Limits, limitsDefault, replayModes, type reporters, type Verdict } from "../index.ts"

/** `NAME=VALUE`, checked against the table of limits; plain integers, or with k, M, G (powers of 1024). `help` changes none. */
export function parseLimit(text: string, before: Partial<Limits> = {}): Partial<Limits> {
  if (text === "help") return before
  const match = /^([A-Za-z]+)=(\d+)([kMG]?)$/.exec(text)
  const name = Object.keys(limitsDefault).find((candidate) => candidate === match?.[1])
  if (match === null || name === undefined)
    throw new InvalidArgumentError("Give NAME=NUMBER, as in layerBytesMax=64G; --limit help lists the names.")
  const unit = { "": 1, k: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[match[3] ?? ""] ?? 1
  return { ...before, [name]: Number(match[2]) * unit }
}

/** What `--limit help` prints: each limit as it could be written. */
export const limitsHelp = (): string =>
  [
    "Limits and their defaults, as --limit takes them. A number may end in k, M or G (powers of 1024).",
    ...Object.entries(limitsDefault).map(([name, value]) => `  ${name}=${shortNumber(value)}`),
    "",
  ].join("\n")

function shortNumber(value: number): string {
  const unit = (
    [
      ["G", 2 ** 30],
      ["M", 2 ** 20],
      ["k", 2 ** 10],
    ] as const
  ).find(([, size]) => value % size === 0)
  return unit === undefined ? String(value) : `${value / unit[1]}${unit[0]}`
}

/** `PATH=REPOSITORY`, repeatable. */
export function parseSubmodule(text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const cut = text.indexOf("=")
  if (cut < 1 || cut === text.length - 1) throw new InvalidArgumentError("Give PATH=REPOSITORY, as in deps/sljit=../sljit.")
  return new Map([...before, [text.slice(0, cut).replace(/\/+$/, ""), text.slice(cut + 1)]])
}

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Give a whole number.")
  return Number(text)
}

/** `R@REF`, split at the last @ that is not part of an address's user. A path that exists as a whole is not split: the caller looks first. */
export function splitRepository(text: string): { repository: string; ref: string | undefined } {
  const cut = text.lastIndexOf("@")
  const scheme = text.indexOf("://")
  const isUserPart = scheme >= 0 ? !text.slice(scheme + 3, cut).includes("/") : /^[^/:]+@[^/:]+:[^@]*$/.test(text)
  return cut < 1 || isUserPart ? { repository: text, ref: undefined } : { repository: text.slice(0, cut), ref: text.slice(cut + 1) }
}

/** A repeatable option. */
export const collectText = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

/** `--format`, the forms of the table. */
export const formatOption = () =>
  new Option("--format <form>", "form of the report")
    .choices(["text", "json", "markdown", "html"] as const satisfies readonly (keyof typeof reporters)[])
    .default("text" as const)

/** `--fail-on`; explain only fails on an alarm by itself (contract, Common options). */
export const failOnOption = () =>
  new Option("--fail-on <verdict>", "exit with 1 at this verdict or a worse one")
    .choices(["undetermined", "review", "alarm"] as const satisfies readonly Verdict[])
    .default("alarm" as const)

export const replayOption = () =>
  new Option(
    "--replay <mode>",
    "run the commit's build scripts again in a sandbox and compare: auto (where the toolchain is here), always (builds it), never; needs --repository",
  )
    .choices(replayModes)
    .default("auto" as const)
