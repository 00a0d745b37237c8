package io.chronosdb.port;

import io.chronosdb.address.Database;

/** One partition of a database: of its commands, decided into the events of the same number. */
public record DatabasePartition(Database database, int number) {
    @Override
    public String toString() {
        return database + "/" + number;
    }
}
