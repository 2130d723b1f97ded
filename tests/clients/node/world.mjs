// What the test says about the server, and how it is answered.
export const world = JSON.parse(process.env.WORLD);
export const say = (found) => process.stdout.write(JSON.stringify(found));

// Node before 22 has no WebSocket, and @medplum/core names it as it loads: import this file first.
globalThis.WebSocket ??= class {};
