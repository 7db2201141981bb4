import { baseName, belowRoot } from "../../core/path.ts"
import type { Content, Structure } from "../../model/inside.ts"
import { type ObjectFormat, withoutCode } from "../../model/object-code.ts"
import type { OpaqueFacts } from "../../model/opaque.ts"
import { ofOpaques, some } from "../binaries.ts"
import type { InspectedSubject, Rule } from "../rule.ts"

/** Object code among sources is a program whose source is not there. Where its name says that it is something else, or it lies inside of a container that tests decode, somebody does not want it seen. */
export const opaqueObjectCode: Rule<InspectedSubject> = {
  id: "opaque/object-code",
  version: 2,
  question: "Is there object code or an executable, whatever its name says?",
  check: (subject) =>
    ofOpaques(subject, (opaque) => {
      const { object, path } = opaque
      const name = baseName(belowRoot(path, subject.artifact.root)).toLowerCase()
      if (object !== undefined) {
        const isFitting = fits(name, object.format)
        // No Python that is still made runs bytecode of Python 2; icons and versions of Windows programs are objects without code.
        const isNone = object.what.startsWith("Python 2") || (object.what.endsWith(withoutCode) && !otherKind.test(name))
        const severity = isFitting || isNone ? "note" : otherKind.test(name) ? "alarm" : "review"
        const said = isFitting ? "" : ", which its name does not say"
        return { severity, message: `${object.format}: ${object.what}${said}` }
      }
      const inner = insideOf(opaque)
      if (inner.length === 0) return undefined
      // A name without the container's ending says what is inside of it.
      const isHidden = otherKind.test(name.replace(/\.\w+$/, ""))
      return { severity: isHidden ? "review" : "note", message: `object code inside: ${some(inner)}` }
    }),
}

/** Endings of what each format is honestly called; an executable of Unix has none. */
const endings: Record<ObjectFormat, RegExp> = {
  elf: /\.(?:so(?:\.[\w.]+)?|o|lo|os|node|ko|elf|axf|bin|out|exe|mod|prx|cgi|x|efi|dw[op]|debug|a|img|eln|[cem](?:32|64))$|^[^.]+$|[-_.]?(?:x86[-_]64|amd64|i[3-6]86|arm\w*|aarch64|ppc\w*|mips\w*|s390\w*|riscv\w*|linux\w*|gnu\w*|musl\w*|\d+)$/,
  "mach-o": /\.(?:dylib|so|o|node|bundle|macho|bin|out)$|^[^.]+$|(?:darwin|macos|x86[-_]64|arm64|osx|\d)\w*$/,
  pe: /\.(?:exe|dll|sys|pyd|node|obj|o|efi|ocx|cpl|scr|com|mui|winmd|netmodule|mod|lib|bin|drv|stub|signed)$|^[^.]+$/,
  wasm: /\.(?:wasm|wat\.wasm|module)$/,
  "java-class": /\.(?:class|sig|clazz)$/,
  "python-bytecode": /\.py[co](?:\.\d+)?$/,
  "llvm-bitcode": /\.(?:bc|o|ll|opt|lto|bca|gcda)(?:\.[\d.]+)?$|^[^.]+$/,
  "static-library": /\.(?:a|lib|rlib|la|imp)$|^[^.]+$/,
}
const fits = (name: string, format: ObjectFormat): boolean => endings[format].test(name)

/** Endings of what is looked at, read, or decoded: never of code. */
const otherKind =
  /\.(?:png|jpe?g|gif|bmp|ico|webp|svgz?|tiff?|pdf|ps|docx?|xlsx?|odt|txt|md|rst|html?|css|json|xml|ya?ml|toml|csv|tsv|po|mo|gmo|ttf|otf|woff2?|eot|wav|mp[34]|ogg|flac|avi|webm|gz|tgz|bz2|xz|lzma|lz|lz4|zst|zip|7z|rar|tar|db|sqlite3?|key|pem|crt|der|gpg|asc|sig|log|dict|map|test|sample|patch|diff)$/

/** Contents of a container that are object code, by how they are called in it. */
function insideOf({ structure }: Pick<OpaqueFacts, "structure">): readonly string[] {
  return structure === undefined
    ? []
    : contentsOf(structure).flatMap(({ name, content }) =>
        content.object === undefined ? [] : [`${name} is ${content.object.format}, ${content.object.what}`],
      )
}

function contentsOf(structure: Structure): readonly { readonly name: string; readonly content: Content }[] {
  const direct = [
    ...(structure.content === undefined ? [] : [{ name: "what it decodes to", content: structure.content }]),
    ...(structure.members?.listed ?? []).map((content) => ({ name: content.path, content })),
  ]
  return direct.flatMap((one) => [one, ...(one.content.structure === undefined ? [] : contentsOf(one.content.structure))])
}
