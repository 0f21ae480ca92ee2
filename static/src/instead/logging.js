// In place of lib0's logging, which brings colours, a page of its own and a schema: in a hall nobody reads a console.
export const print = () => {}
export const warn = () => {}
export const BOLD = "", ORANGE = "", RED = "", UNBOLD = ""
