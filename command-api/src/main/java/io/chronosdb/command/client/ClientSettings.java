package io.chronosdb.command.client;

import java.time.Duration;

/**
 * A client's patience and bounds.
 *
 * @param deadline how long a command may take, from submission to receipt
 * @param resend after how long without an answer a command is sent again under the same id
 * @param inFlightMax commands without an answer; a further one waits for a place
 */
public record ClientSettings(Duration deadline, Duration resend, int inFlightMax) {
    public static final ClientSettings DEFAULT =
            new ClientSettings(Duration.ofSeconds(30), Duration.ofSeconds(4), 10_000);
}
