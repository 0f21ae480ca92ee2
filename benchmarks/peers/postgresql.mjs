// Node with ws and PostgreSQL: each command is one insert, then everybody is told.
import pg from "pg";
import { WebSocket, WebSocketServer } from "ws";

const [port, url] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 20 });
await pool.query("create table said (seq bigint primary key, id text unique, body text not null)");
let seq = 0;

const server = new WebSocketServer({ port: Number(port), host: "127.0.0.1", backlog: 4096 });
server.on("connection", (socket) => {
  socket.on("message", async (message) => {
    const body = message.toString();
    const command = JSON.parse(body);
    const n = ++seq;
    await pool.query({
      name: "say",
      text: "insert into said values ($1, $2, $3)",
      values: [n, command.id, body],
    });
    socket.send(`{"done":${n}}`);
    for (const client of server.clients)
      if (client.readyState === WebSocket.OPEN) client.send(`{"event":${body}}`);
  });
});
