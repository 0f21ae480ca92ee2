// Hocuspocus without extensions, as its README shows: nothing is written down.
import { Server } from "@hocuspocus/server";

const [port] = process.argv.slice(2);
const server = new Server({ port: Number(port), address: "127.0.0.1", quiet: true });
server.listen();
