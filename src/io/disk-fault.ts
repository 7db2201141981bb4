import { FaultError, faultsOf, type Result } from "../core/fault.ts"

/** `work` with the operating system's refusals as faults. */
export function diskFaults<T>(path: string, work: () => Promise<T>): Promise<Result<T>> {
  return faultsOf(() => work().catch((error: unknown) => fault(path, error)))
}

const reasons = new Map<string, readonly [why: string, remedy: string]>([
  ["ENOENT", ["there is no such file", "check the path"]],
  ["EACCES", ["it may not be read or written", "change its permissions or choose another folder with --cache"]],
  ["EPERM", ["it may not be read or written", "change its permissions or choose another folder with --cache"]],
  ["EROFS", ["the file system is read-only", "choose another folder with --cache"]],
  ["ENOSPC", ["the disk is full", "free some space, run `everybyte cache prune`, or choose another folder with --cache"]],
  ["EDQUOT", ["the disk quota is used up", "free some space, run `everybyte cache prune`, or choose another folder with --cache"]],
  ["EFBIG", ["the file system takes no larger file", "choose another folder with --cache"]],
  ["EMFILE", ["too many files are open", "raise the limit of open files (ulimit -n)"]],
  ["ENFILE", ["too many files are open", "raise the limit of open files (ulimit -n)"]],
  ["EISDIR", ["it is a folder", "name a file"]],
  ["ENOTDIR", ["a part of the path is not a folder", "check the path"]],
  ["EIO", ["the disk reports an error", "check the disk"]],
])

export const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "")

/** Throws a fault for what the operating system refused. A FaultError and a bug pass through. */
export function fault(path: string, error: unknown): never {
  const code = codeOf(error)
  if (error instanceof FaultError || code === "" || code.startsWith("ERR_")) throw error
  const [why, remedy] = reasons.get(code) ?? [`the operating system says ${code}`, "check the path and the disk"]
  throw new FaultError({ kind: "unavailable", source: path, why, remedy })
}
