export { type Cost, type Inside, Look, type Machine } from "./inside.ts"
