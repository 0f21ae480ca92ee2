// socket.io with its WebSocket transport: emit to everybody.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Server } from "socket.io";

const [port, file, manner] = process.argv.slice(2);
const event = readFileSync(file, "utf8");
const http = createServer();
const io = new Server(http, { transports: ["websocket"] });

io.on("connection", (socket) => {
  if (manner === "greet") socket.emit("event", event);
  socket.on("tell", (times) => {
    for (let n = 0; n < times; n++) io.emit("event", event);
  });
});
http.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });
