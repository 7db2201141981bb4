/**
 * The shape of a note that we wrote ourselves and read back: right, or as good as none. What others write is read with zod, which says what
 * is wrong with it; loading zod takes as long as reading a small release, which a run that meets only our own notes need not wait for.
 */
export type Shape<T> = (value: unknown) => value is T
/** What a shape stands for. */
export type Shaped<S> = S extends Shape<infer T> ? T : never

export const isText: Shape<string> = (value) => typeof value === "string"
export const isNumber: Shape<number> = (value) => typeof value === "number"
export const isFlag: Shape<boolean> = (value) => typeof value === "boolean"

export const isWord =
  <const T extends string>(...words: readonly T[]): Shape<T> =>
  (value): value is T =>
    words.some((word) => word === value)

export const isList =
  <T>(shape: Shape<T>): Shape<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.every(shape)

/** Fields that must be there, and those that may be; others are nobody's business. */
export const isRecord = <F extends Fields, O extends Fields = Record<never, never>>(fields: F, optional?: O): Shape<RecordOf<F, O>> => {
  const [needed, allowed] = [Object.entries(fields), Object.entries(optional ?? {})]
  return (value): value is RecordOf<F, O> => {
    if (typeof value !== "object" || value === null) return false
    const own = (name: string): unknown => (Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined)
    return (
      needed.every(([name, shape]) => shape(own(name))) && allowed.every(([name, shape]) => own(name) === undefined || shape(own(name)))
    )
  }
}

type Fields = Readonly<Record<string, Shape<unknown>>>
type RecordOf<F, O> = { readonly [K in keyof F]: Shaped<F[K]> } & { readonly [K in keyof O]?: Shaped<O[K]> | undefined }

/** What JSON text says, when it is of the shape; undefined for any other text. */
export function shapedJson<T>(text: string, shape: Shape<T>): T | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return shape(value) ? value : undefined
  } catch {
    return undefined
  }
}
