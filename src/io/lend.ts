import { chmod, constants, copyFile, mkdir, writeFile } from "node:fs/promises"

/** What is in the cache is its owner's alone; the sandbox is another user, who gets copies. */

/** A folder that others may read. */
export async function lendFolder(path: string): Promise<void> {
  await mkdir(path)
  await chmod(path, 0o755)
}

/** A copy of a file, at no cost where the disk can share blocks. */
export async function lendFile(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE)
  await chmod(to, 0o644)
}

/** A text as a file. */
export async function lendText(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: "wx" })
  await chmod(path, 0o644)
}
