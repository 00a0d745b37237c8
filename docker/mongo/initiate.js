// Run by mongosh, connected to the one member. Makes it a replica set unless it is one, and waits until it takes writes.
const configuration = JSON.parse(require("fs").readFileSync("/etc/chronos/mongo/replica-set.json", "utf8"));
const WAIT_MS = 60000;

try {
  db.adminCommand({ replSetInitiate: configuration });
} catch (error) {
  if (error.codeName !== "AlreadyInitialized") {
    throw error;
  }
}
const deadline = Date.now() + WAIT_MS;
while (!db.hello().isWritablePrimary) {
  if (Date.now() > deadline) {
    throw new Error("no writable primary in time: waitMs=" + WAIT_MS);
  }
  sleep(100);
}
print("replica set is ready: id=" + configuration._id);
