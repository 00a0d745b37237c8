package io.chronosdb.event;

import io.chronosdb.address.Database;
import io.chronosdb.error.ChronosException.Invalid;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A place in a database's log. Callers get it as an opaque {@link #token()} and may hand it to another process, to read
 * at least up to it there.
 */
public record Position(Database database, int partition, long offset) {
    /** Opaque text, safe in URLs and JSON. */
    public String token() {
        String text = database.value() + "/" + partition + "/" + offset;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The inverse of {@link #token()}.
     *
     * @throws Invalid if it is no token, or one of another database
     */
    public static Position parse(Database database, String token) {
        Position position = parse(token);
        if (!position.database.equals(database)) {
            throw new Invalid("the position is of another database: expected=" + database);
        }
        return position;
    }

    private static Position parse(String token) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split("/", -1);
            if (parts.length == 3) {
                Position position =
                        new Position(Database.parse(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
                if (position.partition >= 0
                        && position.offset >= 0
                        && position.token().equals(token)) {
                    return position;
                }
            }
        } catch (IllegalArgumentException | Invalid e) {
            // Falls through to the one answer for everything that is no token.
        }
        throw new Invalid("not a position token");
    }

    @Override
    public String toString() {
        return database + "/" + partition + "@" + offset;
    }
}
