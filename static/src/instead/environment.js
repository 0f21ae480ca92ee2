// Where lib0 runs, in place of its finding out: in a browser, where nobody sets anything.
export const isBrowser = true
export const getVariable = () => null
