import type { Entry } from "../../model/artifact.ts"

/**
 * A mode that no checkout or generator gives: executable where it should not be, or the reverse; user, group or sticky bits; readable not even by its owner,
 * or writable by everybody. What a umask decides between those says nothing (none of 170 archives in a cache had the last two).
 */
export const otherMode = ({ mode }: Pick<Entry, "mode">, executable: boolean): boolean =>
  (executable ? (mode & 0o100) === 0 : (mode & 0o111) !== 0) || (mode & 0o7002) !== 0 || (mode & 0o400) === 0
