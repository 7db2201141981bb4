/** Digits in groups of three, without asking the locale. */
export function number(value: number): string {
  return value < 1000 ? String(value) : String(value).replace(/\B(?=(\d{3})+$)/g, ",")
}

/** `1 entry`, `2 entries`: a count and its noun. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${number(count)} ${count === 1 ? one : many}`
