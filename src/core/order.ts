/** Of numbers and ids, for `sort`: without a locale. */
export const order = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)
