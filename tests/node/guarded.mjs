// A service that the guard of examples/express stands before, in Node's own server. Reads its settings as JSON from the
// command line, prints its port, and ends when standard input does.

import { createServer } from "node:http";

import { guard } from "../../examples/express/guard.mjs";

const { service, demand, ...settings } = JSON.parse(process.argv[2]);
const guarding = guard(settings)(service, demand);

const server = createServer((request, response) => {
  guarding(request, response, (failure) => {
    if (failure !== undefined) {
      response.statusCode = 500;
      return response.end(String(failure));
    }
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(request.namens));
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
