import { bounded } from "../core/bytes.ts"
import { Cursor } from "../core/cursor.ts"
import { FaultError } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import { decompressed } from "../io/decompressed.ts"
import type { FileTree } from "../io/file-tree.ts"
import { fileSource } from "../io/open-file.ts"
import { ar, tar } from "../parsers/index.ts"
import type { EntrySink } from "../parsers/parser.ts"

/** Unpacks the files of a binary package (deb(5)): `debian-binary`, `control.tar*`, which nobody looks at, `data.tar*`. */
export async function unpackDeb(path: string, layer: string, tree: FileTree, ctx: Context): Promise<void> {
  const source = await fileSource(path)
  const members: string[] = []
  const entry: EntrySink["entry"] = async (header, body) => {
    members.push(header.path)
    if (!header.path.startsWith("data.tar")) {
      for await (const _ of body);
      return
    }
    await walkTar(`${layer}!${header.path}`, decompressed(header.path, body, ctx), tree.archive(layer), ctx)
  }
  try {
    await ar.walk(new Cursor(source.stream()), { layer, limits: ctx.limits }, { claim: nothing, anomaly: nothing, entry })
  } finally {
    await source.close()
  }
  const [version, control = "", data = ""] = members
  if (
    version === "debian-binary" &&
    control.startsWith("control.tar") &&
    /^data\.tar(?:\.xz|\.gz|\.zst)?$/.test(data) &&
    members.length === 3
  )
    return
  const expected = `the members debian-binary, control.tar and data.tar (.xz, .gz, .zst), not ${members.join(", ").slice(0, 300)}`
  throw new FaultError({ kind: "malformed", layer, offset: 8, expected })
}

/** Unpacks an upstream tarball into a folder of the tree, without the folder that all its files stand in. */
export async function unpackTarball(
  file: { readonly path: string; readonly name: string },
  below: string,
  tree: FileTree,
  ctx: Context,
): Promise<void> {
  const source = await fileSource(file.path)
  try {
    const sink = tree.archive(file.name, { below, strip: 1 })
    await walkTar(file.name, decompressed(file.name, source.stream(), ctx), sink, ctx)
  } finally {
    await source.close()
  }
}

async function walkTar(layer: string, chunks: AsyncIterable<Uint8Array>, sink: EntrySink, ctx: Context): Promise<void> {
  const { limits } = ctx
  const cursor = new Cursor(bounded(chunks, { layer, limit: "layerBytesMax", max: limits.layerBytesMax }))
  await tar.walk(cursor, { layer, limits }, sink)
}

const nothing = (): void => undefined
