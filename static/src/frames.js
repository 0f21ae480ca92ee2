// What goes over the line of a live draft: the frames of y-websocket, and words of our own.
import { createDecoder, hasContent, readVarString, readVarUint, readVarUint8Array } from "lib0/decoding"
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from "lib0/encoding"

export const SYNC = 0
export const AWARENESS = 1
export const WORD = 100 // ours, in JSON: what is saved, settled, refused; stock programs pass over it

export const ASKING = 0
export const ANSWER = 1
export const UPDATE = 2

export function frame(...parts) {
  const to = createEncoder()
  for (const part of parts) typeof part === "number" ? writeVarUint(to, part) : writeVarUint8Array(to, part)
  return toUint8Array(to)
}

export function read(bytes) {
  const from = createDecoder(bytes)
  const number = () => readVarUint(from)
  return { kind: number(), number, bytes: () => readVarUint8Array(from), word: () => JSON.parse(readVarString(from)) }
}

// Several frames in one body, each with its length before it.
export function packed(frames) {
  const to = createEncoder()
  for (const each of frames) writeVarUint8Array(to, each)
  return toUint8Array(to)
}

export function unpacked(body) {
  const from = createDecoder(new Uint8Array(body))
  const frames = []
  while (hasContent(from)) frames.push(readVarUint8Array(from))
  return frames
}
