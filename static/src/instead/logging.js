// What Yjs says to whoever reads the console, in place of lib0's logging, which brings colours, a page of its own and a schema.
export const print = (...words) => console.log(...words)
export const warn = (...words) => console.warn(...words)
export const BOLD = "", ORANGE = "", RED = "", UNBOLD = ""
