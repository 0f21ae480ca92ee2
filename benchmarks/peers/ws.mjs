// Node with ws, as its README shows: a loop over all clients.
import { readFileSync } from "node:fs";
import { WebSocket, WebSocketServer } from "ws";

const [port, file, manner] = process.argv.slice(2);
const event = readFileSync(file, "utf8");
const server = new WebSocketServer({ port: Number(port), host: "127.0.0.1", backlog: 4096 });

server.on("connection", (socket) => {
  if (manner === "greet") socket.send(event);
  socket.on("message", (times) => {
    for (let n = 0; n < Number(times); n++)
      for (const client of server.clients)
        if (client.readyState === WebSocket.OPEN) client.send(event);
  });
});
