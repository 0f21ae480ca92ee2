// The server of y-websocket, as its README starts it: nothing is written down.
import process from "node:process";

const [port] = process.argv.slice(2);
process.env.HOST = "127.0.0.1";
process.env.PORT = port;
await import("./node_modules/@y/websocket-server/src/server.js");
