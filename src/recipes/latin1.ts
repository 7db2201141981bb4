/** Text of ours as a recipe's texts are: a byte a character. */
export const asBytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1")

/** Each with its end; the last may have none. In one pass: a pattern that demands the end goes through the rest again from every byte of it. */
export const linesIn = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/** What is written as one line, and read as one: readers end a line at other control characters too. */
export const isLine = (text: string): boolean => !/[\u0000-\u001f\u007f]/.test(text)
