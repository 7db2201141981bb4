/** Text of ours as a recipe's texts are: a byte a character. */
export const asBytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1")
